"""IAM policies in synthesized templates."""

from typing import Any

from tests.infrastructure.conftest import Templates


def statements_by_role(templates: Templates, stack: str) -> dict[str, list[dict[str, Any]]]:
    """Policy statements by the logical id of their role."""
    found: dict[str, list[dict[str, Any]]] = {}
    for resource in templates[stack]["Resources"].values():
        if resource["Type"] == "AWS::IAM::Policy":
            [role] = [reference["Ref"] for reference in resource["Properties"]["Roles"]]
            found[role] = resource["Properties"]["PolicyDocument"]["Statement"]
    return found


def actions_of(statements: list[dict[str, Any]]) -> set[str]:
    listed = [s["Action"] if isinstance(s["Action"], list) else [s["Action"]] for s in statements]
    return {action for actions in listed for action in actions}
