/** Starts a Trino node of the version in the first argument, in the working directory. */
public class Launch {
    public static void main(String[] arguments) {
        new io.trino.server.Server().start(arguments[0]);
    }
}
