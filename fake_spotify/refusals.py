"""Error responses: an error object from the Web API, a string from the accounts service."""

from flask import Response, jsonify


def api_refusal(status: int, message: str, **more: str) -> Response:
    return _with_status(status, error={"status": status, "message": message, **more})


def accounts_refusal(error: str, description: str, status: int = 400) -> Response:
    return _with_status(status, error=error, error_description=description)


def _with_status(status: int, **body: object) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response
