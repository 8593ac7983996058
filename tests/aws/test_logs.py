"""Log groups, streams and events through boto3, and a live tail through its event stream."""

import threading
import time

import pytest


@pytest.fixture
def logs(control_plane):
    return control_plane.logs


def now_ms():
    return int(time.time() * 1000)


def put(logs, group, stream, *messages):
    at = now_ms()
    return logs.put_log_events(logGroupName=group, logStreamName=stream,
                               logEvents=[{"timestamp": at + i, "message": text} for i, text in enumerate(messages)])


def test_a_group_s_life(logs, refused):
    logs.create_log_group(logGroupName="/life", tags={"a": "1"})
    assert refused(logs.create_log_group, logGroupName="/life")[:2] == ("ResourceAlreadyExistsException", 400)
    logs.put_retention_policy(logGroupName="/life", retentionInDays=7)
    [group] = logs.describe_log_groups(logGroupNamePrefix="/life")["logGroups"]
    assert (group["retentionInDays"], group["storedBytes"]) == (7, 0)
    logs.delete_retention_policy(logGroupName="/life")
    assert "retentionInDays" not in logs.describe_log_groups(logGroupNamePrefix="/life")["logGroups"][0]

    logs.tag_log_group(logGroupName="/life", tags={"b": "2"})
    logs.untag_log_group(logGroupName="/life", tags=["a"])
    assert logs.list_tags_log_group(logGroupName="/life")["tags"] == {"b": "2"}
    arn = group["logGroupArn"]
    logs.tag_resource(resourceArn=arn, tags={"c": "3"})
    logs.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3"}

    logs.put_log_group_deletion_protection(logGroupIdentifier="/life", deletionProtectionEnabled=True)
    assert refused(logs.delete_log_group, logGroupName="/life")[1] == 400
    logs.put_log_group_deletion_protection(logGroupIdentifier="/life", deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName="/life")
    assert logs.describe_log_groups(logGroupNamePrefix="/life")["logGroups"] == []
    assert refused(logs.delete_log_group, logGroupName="/life")[:2] == ("ResourceNotFoundException", 400)


def test_events(logs):
    logs.create_log_group(logGroupName="/events")
    logs.create_log_stream(logGroupName="/events", logStreamName="one")
    words = ["plain", "ünïcode ✓", "ERROR it broke", 'tab\tand "quote"']
    assert put(logs, "/events", "one", *words)["nextSequenceToken"]
    page = logs.get_log_events(logGroupName="/events", logStreamName="one", startFromHead=True)
    assert [event["message"] for event in page["events"]] == words
    again = logs.get_log_events(logGroupName="/events", logStreamName="one", startFromHead=True,
                                nextToken=page["nextForwardToken"])
    assert (again["events"], again["nextForwardToken"]) == ([], page["nextForwardToken"])
    found = logs.filter_log_events(logGroupName="/events", filterPattern="ERROR")["events"]
    assert [event["message"] for event in found] == ["ERROR it broke"]
    [stream] = logs.describe_log_streams(logGroupName="/events")["logStreams"]
    assert stream["firstEventTimestamp"] <= stream["lastEventTimestamp"]
    logs.delete_log_stream(logGroupName="/events", logStreamName="one")
    assert logs.describe_log_streams(logGroupName="/events")["logStreams"] == []


def test_old_events_are_told(logs):
    logs.create_log_group(logGroupName="/old")
    logs.create_log_stream(logGroupName="/old", logStreamName="one")
    at = now_ms()
    answer = logs.put_log_events(logGroupName="/old", logStreamName="one", logEvents=[
        {"timestamp": at - 15 * 86_400_000, "message": "too old"}])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}


def test_pages(logs):
    for at in range(5):
        logs.create_log_group(logGroupName=f"/pages/{at}")
        logs.create_log_stream(logGroupName="/pages/0", logStreamName=f"s{at}")
        put(logs, "/pages/0", f"s{at}", *[f"s{at} {i}" for i in range(4)])
    pages = list(logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/pages/", PaginationConfig={"PageSize": 2}))
    assert [len(page["logGroups"]) for page in pages] == [2, 2, 1]
    pages = list(logs.get_paginator("describe_log_streams").paginate(logGroupName="/pages/0", PaginationConfig={"PageSize": 3}))
    assert [len(page["logStreams"]) for page in pages] == [3, 2]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/pages/0", PaginationConfig={"PageSize": 6})
    found = [event["message"] for page in pages for event in page["events"]]
    assert sorted(found) == sorted(f"s{at} {i}" for at in range(5) for i in range(4))


def test_a_live_tail(control_plane, logs):
    logs.create_log_group(logGroupName="/live")
    logs.create_log_stream(logGroupName="/live", logStreamName="one")
    put(logs, "/live", "one", "before")
    arn = logs.describe_log_groups(logGroupNamePrefix="/live")["logGroups"][0]["logGroupArn"]
    tail = control_plane.client("logs").start_live_tail(logGroupIdentifiers=[arn], logEventFilterPattern="wanted")["responseStream"]
    ended = threading.Timer(15, tail.close)
    ended.start()
    seen = []
    try:
        for event in tail:
            if "sessionStart" in event:
                assert event["sessionStart"]["logGroupIdentifiers"] == [arn]
                put(logs, "/live", "one", "other", "wanted")
                continue
            seen += event["sessionUpdate"]["sessionResults"]
            if seen:
                break
    finally:
        ended.cancel()
        tail.close()
    assert [(each["message"], each["logStreamName"]) for each in seen] == [("wanted", "one")]


def test_a_live_tail_of_nothing(logs, refused):
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/nothing"
    assert refused(logs.start_live_tail, logGroupIdentifiers=[arn])[:2] == ("ResourceNotFoundException", 400)
