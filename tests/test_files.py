import os

import pytest

from helpers.files import hold, remove_abandoned, write_whole


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "page.html"
    target.write_text("old")

    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.files.os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_writes_the_bytes_and_makes_the_folder(tmp_path):
    target = write_whole(tmp_path / "new" / "page.html", "naïve\n")
    assert target.read_bytes() == "naïve\n".encode()
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]


def test_the_file_is_as_readable_as_any_other(tmp_path):
    (tmp_path / "plain").touch()
    written = write_whole(tmp_path / "whole", b"")
    assert written.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_is_no_regular_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(OSError, match="is no regular file"):
            write_whole(tmp_path / name, "new")
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        write_whole(tmp_path / "a", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_what_somebody_holds_is_not_removed(tmp_path):
    folder, file = tmp_path / "folder", tmp_path / "file"
    (folder / "below").mkdir(parents=True)
    file.touch()
    (tmp_path / "link").symlink_to(folder)
    for path in (folder, file):
        held = hold(path)
        assert hold(path) is None
        remove_abandoned(path)
        assert path.exists()
        os.close(held)
    remove_abandoned(tmp_path / "link")
    assert folder.exists()
    for path in (folder, file):
        remove_abandoned(path)
        assert not path.exists()
        assert hold(path) is None


def test_a_file_that_is_being_written_is_held(tmp_path, monkeypatch):
    def clean(_):
        for path in tmp_path.glob(".*"):
            remove_abandoned(path)

    monkeypatch.setattr("helpers.files.os.fsync", clean)
    assert write_whole(tmp_path / "page.html", "whole").read_text() == "whole"
