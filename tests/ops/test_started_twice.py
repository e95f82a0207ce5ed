"""`make run` begun again while the one before is still ending."""

import json

from slrt.local import launcher


def test_the_list_of_processes_may_be_taken_away_by_who_is_still_ending(monkeypatch, tmp_path):
    """Ctrl-C and `make run` at once: the first one removes its list while the second waits for its processes to end."""
    book = tmp_path / "processes.json"
    book.write_text(json.dumps([4_000_000]))
    ended = []

    def runs(pid):
        return not ended

    def end(pid, number):
        ended.append(pid)
        book.unlink(missing_ok=True)

    monkeypatch.setattr(launcher, "subfolder", lambda name: tmp_path)
    monkeypatch.setattr(launcher, "_runs_from_here", runs)
    monkeypatch.setattr(launcher, "_signal_group", end)
    launcher._end_leftovers()
    assert set(ended) == {4_000_000}
    assert not book.exists()


def test_a_list_that_is_left_is_taken_away(monkeypatch, tmp_path):
    (tmp_path / "processes.json").write_text("[]")
    monkeypatch.setattr(launcher, "subfolder", lambda name: tmp_path)
    launcher._end_leftovers()
    assert not (tmp_path / "processes.json").exists()
