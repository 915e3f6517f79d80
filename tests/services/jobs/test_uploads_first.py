"""What can wait leaves the processor to uploads, for a while."""

from lantai.services.jobs.worker import Worker


class TestUploadsGoFirst:
    def test_what_can_wait_waits_for_a_pause_but_not_for_ever(self, site, monkeypatch):
        idle = {'seconds': 0.0}
        now = {'moment': 100.0}
        monkeypatch.setattr(site.committer, 'idle_seconds', lambda: idle['seconds'])
        monkeypatch.setattr('lantai.services.jobs.worker.time.monotonic', lambda: now['moment'])
        worker = Worker(site, followers=[])
        assert worker._lets_uploads_go_first()
        now['moment'] += 29
        assert worker._lets_uploads_go_first()
        now['moment'] += 2
        assert not worker._lets_uploads_go_first()
        idle['seconds'] = 2.0
        assert not worker._lets_uploads_go_first()
        idle['seconds'] = 0.0
        assert worker._lets_uploads_go_first()
        worker._digests.close()

    def test_an_upload_is_noticed(self, site, acting):
        assert site.committer.idle_seconds() == float('inf')
        with acting('clerk') as act:
            actor = act.actor
        site.committer.run(lambda _act: None, actor)
        assert site.committer.idle_seconds() < 60
