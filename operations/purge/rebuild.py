"""Transforms rewritten raw parts through the queue, and waits for the end."""

from collections.abc import Callable, Iterable

from operations.dead_letters import peek
from operations.deployment import Deployment
from operations.events import Bucket, object_created, unique_name
from operations.purge.versions import PurgeError
from operations.queues import Queue
from operations.raw_parts import RawObject

Follow = Callable[[int], None]
"""Follows so many messages until the queue is empty."""


def rebuild(deployment: Deployment, parts: Iterable[RawObject], follow: Follow) -> None:
    """Send the parts' events, and wait until the transform has handled them.

    S3 sends the event of a rewritten part too, perhaps later: only these can be followed. Raises
    PurgeError naming parts that failed.
    """
    name = unique_name("purge")
    sqs = deployment.client("sqs")
    queue = Queue(sqs, deployment.output("QueueUrl"))
    bucket = Bucket.of_queue(deployment.output("BucketName"), queue.arn)
    messages = [(part.key, object_created(bucket, part, name)) for part in parts]
    if not messages:
        return
    unsent = [key for key, reason in queue.send(messages) if reason]
    follow(len(messages) - len(unsent))
    letters = peek(sqs, deployment.output("DeadLetterQueueUrl"))
    failed = sorted({one.raw_key for one in letters if one.replay_name == name} | {*unsent})
    if failed:
        raise PurgeError(
            f"{len(failed)} of {len(messages)} raw parts were rewritten and not transformed: "
            f"{', '.join(failed[:5])}. See the log of "
            f"{deployment.output('TransformFunctionName')}; after the repair run the purge again"
        )
