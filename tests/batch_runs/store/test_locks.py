"""Nobody writes to a folder while another does, however often its lock is taken and given back."""

from __future__ import annotations

import threading
import time

from defection.batch_runs.store.folder import Folder
from defection.files import FolderError


def test_a_folder_that_many_want_has_one_holder_at_a_time_and_keeps_no_lock(tmp_path):
    """Versions of ``filelock`` before 3.24.2 let two in, where the first removes its file."""
    inside, most, held, refused = [], [], [], []

    def want() -> None:
        folder, end = Folder(tmp_path / "out"), time.monotonic() + 0.5
        while time.monotonic() < end:
            try:
                with folder.locked():
                    inside.append(1)
                    most.append(len(inside))
                    time.sleep(0.001)
                    inside.pop()
                held.append(1)
            except FolderError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) > len(threads)
    assert set(most) == {1}
    assert all("is being written by another command" in said for said in refused)
    assert not list((tmp_path / "out").iterdir())
