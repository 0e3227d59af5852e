"""Background work of this app. Cron times are UTC."""

from procrastinate.contrib.django import app

from complaints.workflow import complaint_clock


@app.periodic(cron="55 16 * * *")
@app.task(queueing_lock="refresh_complaint_clocks")
def refresh_complaint_clocks(timestamp: int) -> None:
    """Let a policy that begins today hold for open complaints (00:55 in China)."""
    complaint_clock.refresh_clocks()
