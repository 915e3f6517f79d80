"""Long work as people see it (后台任务): how far it is, how it ended, for each record that failed why."""


def includeme(config) -> None:
    """The list of one's jobs, and one job."""
    config.add_route('jobs', '/jobs')
    config.add_route('job', '/jobs/{id}')
    config.add_route('job.cancel', '/jobs/{id}/cancel')
    config.add_route('job.read', '/jobs/{id}/read')
    config.include('.menu')
    config.scan('.views')
