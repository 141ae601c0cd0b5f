"""What beat wakes, in one table; each task sweeps whatever is due, so the next turn makes up a missed one."""

from datetime import timedelta

from celery.schedules import crontab


def _every(seconds: int, task: str) -> dict[str, object]:
    # Expires: what a stopped worker missed does not pile up, since each sweep takes everything that is due.
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": max(2 * seconds, 10)},
    }


SCHEDULE: dict[str, dict[str, object]] = {
    "judge what facts touched and what falls due": _every(2, "measurement.tasks.judge_pending"),
    "count the conversion of leads whose facts changed": _every(5, "measurement.tasks.keep_journeys"),
    "tally the days that are over": _every(30, "measurement.tasks.keep_days"),
    "send what lies in the outbox": _every(5, "core.tasks.send_outbox"),
    "post what lies in the outbox to teams' chats": _every(10, "core.tasks.send_webhooks"),
    "tell people what happens, and mail what waits": _every(15, "reporting.tasks.tell_notices"),
    "pause channels at which nothing arrives": _every(600, "reporting.tasks.watch_channels"),
    "say that beat and worker live": _every(10, "core.tasks.beat_heartbeat"),
    "open, withdraw and settle breaches": _every(30, "reporting.tasks.sweep_breaches"),
    "publish the reports whose hour has come": _every(60, "reporting.tasks.publish_due_reports"),
    "import what was uploaded": _every(2, "leads.tasks.import_uploaded"),
    "show records as updates dated ahead make them": _every(60, "leads.tasks.project_ripe"),
    "purge what is kept for a time only": _every(3600, "core.tasks.purge"),
    "measure the versions on trial": _every(3600, "measurement.tasks.measure_trials"),
    "seal the past and let old facts go": {
        "task": "measurement.tasks.retain",
        "schedule": crontab(hour=2, minute=0),
        "options": {"expires": 3600},
    },
    "compare what is stored with judging afresh": {
        "task": "measurement.tasks.compare",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 3600},
    },
}
