"""Housekeeping of the job queue itself. Cron times here and in every `tasks.py` are UTC."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

KEEP_FINISHED_HOURS = 14 * 24
KEEP_FAILED_HOURS = 90 * 24


@app.periodic(cron="* * * * *")
@app.task(pass_context=True, queueing_lock="rescue_stalled_jobs")
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """A killed worker leaves its jobs `doing`; they are due again once its heartbeat stops."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=60):
        await manager.retry_job(job)


@app.periodic(cron="30 18 * * *")
@app.task(pass_context=True, queueing_lock="delete_old_jobs")
async def delete_old_jobs(context: JobContext, timestamp: int) -> None:
    """Finished jobs are no history: the business tables have their own."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS, include_cancelled=True)
    await manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, include_failed=True)
