"""One SQL statement with its header comments."""

from dataclasses import dataclass

from sqlglot import exp, parse_one

DIALECT = "athena"


@dataclass(frozen=True)
class SqlFile:
    """One statement; `name` is the file's stem, `title` and `question` come from its header."""

    name: str
    title: str
    question: str
    text: str

    @property
    def dependencies(self) -> set[str]:
        """Names of the tables and views that the statement reads."""
        tree = parse_one(self.text, read=DIALECT)
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        return {table.name for table in tree.find_all(exp.Table)} - ctes
