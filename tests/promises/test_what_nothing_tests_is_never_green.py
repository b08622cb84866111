"""Every promise of the notice has one of five lights; one whose control waits for a later part says so, and is not green."""

from __future__ import annotations

from bound_company import Bound

from troth.evidence.register import OURS, UNKNOWN, WAITING
from troth.workflows.checks import check, notice_of


def test_what_nothing_tests_is_never_green(bound: Bound) -> None:
    told = check(bound.house)
    known = {one.control for one in OURS}
    notice = notice_of(bound.house)
    assert len(told["promises"]) == len(notice.promises) > 180
    for one in told["promises"]:
        control = notice.promises[one["id"]].control
        assert control is not None, one["id"]
        assert (one["status"] == "unbound") == (control.name not in known), one["id"]
        if one["status"] == "unbound":
            assert control.name in WAITING or tuple(one["waits"]) == UNKNOWN
        assert one["status"] != "kept" or all(each["verdict"] == "holds" for each in one["checks"])
        assert not [each for each in one["checks"] if each["verdict"] == "error"], one["id"]
    assert told["lights"]["kept"] > 20
    assert told["lights"]["attested"] == 0
