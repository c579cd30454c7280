"""What each JSON route demands: the one table the routes are checked against."""

from __future__ import annotations

from collections.abc import Iterable

from synth.access.policy import Action

#: "METHOD path" -> the action its caller must be allowed; None: open to everybody.
PERMISSIONS: dict[str, Action | None] = {
    "GET /healthz": None,
    "GET /readyz": None,
    "GET /v1/me": Action.READ,
    "GET /v1/members": Action.READ,
    "GET /v1/keys": Action.MANAGE_KEYS,
    "POST /v1/keys": Action.MANAGE_KEYS,
    "DELETE /v1/keys/{key_id}": Action.MANAGE_KEYS,
    "GET /v1/audit": Action.READ_AUDIT,
    "GET /v1/audit/verify": Action.READ_AUDIT,
    "POST /v1/sources": Action.UPLOAD,
    "GET /v1/sources": Action.READ,
    "GET /v1/sources/{source_id}": Action.READ,
    "PUT /v1/documents/{external_id:path}": Action.UPLOAD,
    "GET /v1/documents/{document_id}": Action.READ,
    "POST /v1/participants": Action.MANAGE_PEOPLE,
    "GET /v1/participants": Action.READ,
    "GET /v1/search": Action.READ,
    "POST /v1/theme-runs": Action.BUILD_THEMES,
    "GET /v1/themes": Action.READ,
    "GET /v1/themes/map.svg": Action.READ,
    "GET /v1/themes/map.png": Action.READ,
    "GET /v1/themes/{theme_id}": Action.READ,
    "GET /v1/themes/{theme_id}/evidence": Action.READ,
    "GET /v1/themes/{theme_id}/voices": Action.READ,
    "PATCH /v1/themes/{theme_id}": Action.EDIT_THEMES,
    "GET /v1/themes/{theme_id}/lineage": Action.READ,
    "POST /v1/themes/{theme_id}/merge": Action.EDIT_THEMES,
    "POST /v1/themes/{theme_id}/split": Action.EDIT_THEMES,
    "POST /v1/themes/{theme_id}/move": Action.EDIT_THEMES,
    "POST /v1/themes/undo": Action.EDIT_THEMES,
    "POST /v1/themes/codebook": Action.EDIT_THEMES,
    "POST /v1/unthemed/move": Action.EDIT_THEMES,
    "GET /v1/theme-lineage": Action.READ,
    "GET /v1/unthemed": Action.READ,
    "PUT /v1/metrics/{name}": Action.IMPORT_METRICS,
    "GET /v1/metrics": Action.READ,
    "POST /v1/metrics/{name}/observations": Action.IMPORT_METRICS,
    "POST /v1/metrics/import": Action.IMPORT_METRICS,
    "GET /v1/metrics/{name}/series": Action.READ,
    "POST /v1/events": Action.IMPORT_METRICS,
    "POST /v1/anomaly-runs": Action.DETECT,
    "GET /v1/anomalies": Action.READ,
    "GET /v1/anomalies/{anomaly_id}": Action.READ,
    "GET /v1/anomalies/{anomaly_id}/links": Action.READ,
    "GET /v1/links": Action.READ,
    "GET /v1/tags": Action.READ,
    "POST /v1/tags": Action.TAG,
    "PUT /v1/tags/{tag_id}": Action.TAG,
    "DELETE /v1/tags/{tag_id}": Action.TAG,
    "POST /v1/anomalies/{anomaly_id}/hypotheses": Action.DRAFT,
    "POST /v1/hypotheses": Action.DRAFT,
    "GET /v1/hypotheses": Action.READ,
    "GET /v1/hypotheses/{hypothesis_id}": Action.READ,
    "GET /v1/review/queue": Action.READ,
    "POST /v1/review/{hypothesis_id}/approve": Action.REVIEW,
    "POST /v1/review/{hypothesis_id}/reject": Action.REVIEW,
    "POST /v1/review/{hypothesis_id}/edit": Action.EDIT_DRAFT,
    "GET /v1/insights": Action.READ,
    "GET /v1/insights/{insight_id}": Action.READ,
    "GET /v1/export/csv": Action.EXPORT,
    "GET /v1/export/markdown": Action.EXPORT,
    "GET /v1/jobs": Action.READ,
    "GET /v1/jobs/{job_id}": Action.READ,
    "GET /v1/jobs/{job_id}/events": Action.READ,
}


def permission(methods: Iterable[str], path: str) -> Action | None:
    """Return what a route demands; a route that is not in the table cannot be built."""
    (method,) = methods
    return PERMISSIONS[f"{method} {path}"]
