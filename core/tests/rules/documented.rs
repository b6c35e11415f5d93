//! The examples of the EventBridge user guide, by the names of its sections.

use serde_json::json;

use crate::{check, matches};

#[test]
fn texts() {
    check(vec![
        (
            "Prefix matching",
            json!({"time": [{"prefix": "2017-10-02"}]}),
            vec![json!({"time": "2017-10-02T18:43:48Z"})],
            vec![json!({"time": "2017-10-03"}), json!({"time": 20171002}), json!({})],
        ),
        (
            "Prefix matching while ignoring case",
            json!({"detail": {"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}}),
            vec![json!({"detail": {"service": "EVENTBRIDGE"}}), json!({"detail": {"service": "eventb"}})],
            vec![json!({"detail": {"service": "event"}}), json!({"detail": {"service": null}})],
        ),
        (
            "Suffix matching",
            json!({"FileName": [{"suffix": ".png"}]}),
            vec![json!({"FileName": "a.png"}), json!({"FileName": ["b.txt", ".png"]})],
            vec![json!({"FileName": "a.PNG"}), json!({"FileName": "png"})],
        ),
        (
            "Suffix matching while ignoring case",
            json!({"detail": {"FileName": [{"suffix": {"equals-ignore-case": ".png"}}]}}),
            vec![json!({"detail": {"FileName": "a.PNG"}}), json!({"detail": {"FileName": "a.png"}})],
            vec![json!({"detail": {"FileName": "a.pn"}})],
        ),
        (
            "Equals-ignore-case matching",
            json!({"detail-type": [{"equals-ignore-case": "ec2 instance state-change notification"}]}),
            vec![json!({"detail-type": "EC2 Instance State-change Notification"})],
            vec![json!({"detail-type": "EC2"})],
        ),
        (
            "Matching using wildcards",
            json!({"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:*:event-bus/*"}]}),
            vec![json!({"EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/myEventBus"})],
            vec![json!({"EventBusArn": "arn:aws:events:us-east-2:123456789012:event-bus/myEventBus"})],
        ),
        (
            "Matching using wildcards: the file of a user",
            json!({"FileName": [{"wildcard": "/Users/*/dir/dir/dir/dir/dir/doc.txt"}]}),
            vec![json!({"FileName": "/Users/x/dir/dir/dir/dir/dir/dir/doc.txt"})],
            vec![json!({"FileName": "/Users/x/dir/dir/doc.txt"})],
        ),
        (
            "Empty, and null",
            json!({"detail": {"eventVersion": [""], "responseElements": [null]}}),
            vec![json!({"detail": {"eventVersion": "", "responseElements": null}})],
            vec![
                json!({"detail": {"eventVersion": null, "responseElements": null}}),
                json!({"detail": {"eventVersion": "", "responseElements": ""}}),
                json!({"detail": {"eventVersion": "", "responseElements": "null"}}),
                json!({"detail": {"eventVersion": ""}}),
            ],
        ),
    ]);
}

#[test]
fn anything_but() {
    let state = |test| json!({"detail": {"state": [{"anything-but": test}]}});
    let with = |value| json!({"detail": {"state": value}});
    check(vec![
        (
            "a text",
            state(json!("initializing")),
            vec![with(json!("pending")), with(json!(null)), with(json!(1))],
            vec![with(json!("initializing")), json!({"detail": {}})],
        ),
        ("a number", state(json!(123)), vec![with(json!(789)), with(json!("123"))], vec![with(json!(123.0))]),
        (
            "a list of texts",
            state(json!(["stopped", "overloaded"])),
            vec![with(json!("pending"))],
            vec![with(json!("stopped"))],
        ),
        (
            "a list of numbers",
            state(json!([100, 200, 300])),
            vec![with(json!(999))],
            vec![with(json!(3.0e2))],
        ),
        ("any of an array", state(json!("a")), vec![with(json!(["a", "b"]))], vec![with(json!(["a", "a"]))]),
        (
            "ignoring case",
            state(json!({"equals-ignore-case": "initializing"})),
            vec![with(json!("pending"))],
            vec![with(json!("INITIALIZING"))],
        ),
        (
            "a list, ignoring case",
            state(json!({"equals-ignore-case": ["initializing", "stopped"]})),
            vec![with(json!("pending")), with(json!(null))],
            vec![with(json!("Stopped")), json!({"detail": {}})],
        ),
        (
            "a prefix",
            state(json!({"prefix": "init"})),
            vec![with(json!("post-init")), with(json!(7))],
            vec![with(json!("initial"))],
        ),
        (
            "prefixes",
            state(json!({"prefix": ["init", "error"]})),
            vec![with(json!("ok"))],
            vec![with(json!("errors"))],
        ),
        (
            "a suffix",
            state(json!({"suffix": ".txt"})),
            vec![with(json!(".txt.bak"))],
            vec![with(json!("a.txt"))],
        ),
        (
            "suffixes",
            state(json!({"suffix": [".txt", ".rtf"]})),
            vec![with(json!("a.doc"))],
            vec![with(json!(".rtf"))],
        ),
        (
            "a wildcard",
            state(json!({"wildcard": "*/lib/*"})),
            vec![with(json!("/bin/"))],
            vec![with(json!("/lib/x"))],
        ),
        (
            "wildcards",
            state(json!({"wildcard": ["*/lib/*", "*/bin/*"]})),
            vec![with(json!("/etc/")), with(json!(false))],
            vec![with(json!("/lib/")), with(json!("a/bin/b"))],
        ),
    ]);
}

#[test]
fn values_numbers_and_addresses() {
    let x = |value| json!({"x": value});
    check(vec![
        (
            "every type",
            x(json!(["a", 1, true, null])),
            vec![x(json!("a")), x(json!(1)), x(json!(true)), x(json!(null))],
            vec![x(json!("1")), x(json!(false)), x(json!("true")), x(json!(0)), json!({})],
        ),
        (
            "numbers by value",
            x(json!([300])),
            vec![x(json!(300)), x(json!(300.0)), x(json!(3.0e2))],
            vec![x(json!("300"))],
        ),
        (
            "whole numbers exactly",
            x(json!([9007199254740993_u64])),
            vec![x(json!(9007199254740993_u64))],
            vec![x(json!(9007199254740992_u64))],
        ),
        (
            "=",
            x(json!([{"numeric": ["=", 3.018e2]}])),
            vec![x(json!(301.8))],
            vec![x(json!(301)), x(json!("301.8"))],
        ),
        (
            "<",
            x(json!([{"numeric": ["<", 10]}])),
            vec![x(json!(9.99)), x(json!(-7))],
            vec![x(json!(10)), x(json!(null))],
        ),
        ("<=", x(json!([{"numeric": ["<=", 10]}])), vec![x(json!(10))], vec![x(json!(10.5))]),
        (
            ">",
            x(json!([{"numeric": [">", 100]}])),
            vec![x(json!(101.0))],
            vec![x(json!(100)), x(json!("300"))],
        ),
        (">=", x(json!([{"numeric": [">=", 100]}])), vec![x(json!(100))], vec![x(json!(99))]),
        (
            "> <=",
            x(json!([{"numeric": [">", 0, "<=", 5]}])),
            vec![x(json!(0.5)), x(json!(5))],
            vec![x(json!(0)), x(json!(5.5))],
        ),
        (
            ">= <",
            x(json!([{"numeric": [">=", 0, "<", 5]}])),
            vec![x(json!(0)), x(json!(4.9))],
            vec![x(json!(-1)), x(json!(5))],
        ),
        (
            "the bounds",
            x(json!([{"numeric": [">=", -5.0e9, "<=", 5.0e9]}])),
            vec![x(json!(5000000000_u64))],
            vec![x(json!(5000000001_u64))],
        ),
        (
            "IP address matching",
            x(json!([{"cidr": "10.0.0.0/24"}])),
            vec![x(json!("10.0.0.255"))],
            vec![x(json!("10.0.1.0")), x(json!("ten")), x(json!(10))],
        ),
        (
            "IPv6",
            x(json!([{"cidr": "2001:db8:1234:1a00::/64"}])),
            vec![x(json!("2001:0db8:1234:1a00::7"))],
            vec![x(json!("2001:db8:1234:1a01::"))],
        ),
        (
            "an address in another spelling",
            x(json!(["::1"])),
            vec![x(json!("0:0:0:0:0:0:0:1"))],
            vec![x(json!("::2"))],
        ),
    ]);
}

#[test]
fn exists() {
    let there = json!({"detail": {"c-count": [{"exists": true}]}});
    let absent = json!({"detail": {"c-count": [{"exists": false}]}});
    for (event, is_there) in [
        (json!({"detail": {"c-count": 5}}), true),
        (json!({"detail": {"c-count": null}}), true),
        (json!({"detail": {"c-count": [5]}}), true),
        (json!({"detail": {"c-count": {"c1": 100}}}), false),
        (json!({"detail": {"c-count": []}}), false),
        (json!({"detail": {"c-count": {}}}), false),
        (json!({"detail": {}}), false),
        (json!({}), false),
    ] {
        assert_eq!(matches(&there, &event), is_there, "{event}");
        assert_eq!(matches(&absent, &event), !is_there, "{event}");
    }
    check(vec![(
        "absent or something",
        json!({"x": [{"exists": false}, {"anything-but": ["roses"]}]}),
        vec![json!({}), json!({"x": "tulips"})],
        vec![json!({"x": "roses"})],
    )]);
}

#[test]
fn multiple_matching() {
    let pattern = json!({
        "time": [{"prefix": "2017-10-02"}],
        "detail": {
            "state": [{"anything-but": "initializing"}],
            "c-count": [{"numeric": [">", 0, "<=", 5]}],
            "d-count": [{"numeric": ["<", 10]}],
            "x-limit": [{"anything-but": [100, 200, 300]}],
            "source-ip": [{"cidr": "10.0.0.0/8"}]
        }
    });
    let event = json!({
        "time": "2017-10-02T16:24:49Z",
        "detail": {"state": "running", "c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33"}
    });
    assert!(matches(&pattern, &event));
    for (field, value) in [("state", json!("initializing")), ("c-count", json!(6)), ("x-limit", json!(300))] {
        let mut event = event.clone();
        event["detail"][field] = value;
        assert!(!matches(&pattern, &event), "{field}");
    }
}

#[test]
fn or_matching() {
    let aws = json!({"source": ["aws.cloudwatch"], "$or": [
        {"metricName": ["CPUUtilization", "ReadLatency"]},
        {"metricType": ["MetricType"], "namespace": ["AWS/EC2"], "$or": [{"metricId": [1234]}, {"spaceId": [1000]}]},
        {"scope": ["Service"]}
    ]});
    let event = |fields: serde_json::Value| {
        let mut event = fields;
        event["source"] = json!("aws.cloudwatch");
        event
    };
    check(vec![
        (
            "nested $or",
            aws,
            vec![
                event(json!({"metricName": "ReadLatency"})),
                event(json!({"metricType": "MetricType", "namespace": "AWS/EC2", "spaceId": 1000})),
                event(json!({"scope": "Service"})),
            ],
            vec![
                json!({"scope": "Service"}),
                event(json!({})),
                event(json!({"metricType": "MetricType", "namespace": "AWS/EC2"})),
                event(json!({"metricType": "MetricType", "spaceId": 1000})),
            ],
        ),
        (
            "parallel $or",
            json!({"$or": [{"a": [1]}, {"b": [1]}], "d": {"$or": [{"x": [1]}, {"y": [1]}]}}),
            vec![json!({"a": 1, "d": {"y": 1}}), json!({"b": 1, "d": {"x": 1}})],
            vec![json!({"a": 1, "b": 1}), json!({"d": {"x": 1, "y": 1}}), json!({"a": 1, "d": {}, "y": 1})],
        ),
        (
            "a field beside and within: the one written last",
            json!({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}),
            vec![json!({"a": 2}), json!({"a": 1, "b": 3})],
            vec![json!({"a": 1}), json!({"b": 3})],
        ),
        (
            "the other way round",
            json!({"$or": [{"a": [2]}, {"b": [3]}], "a": [1]}),
            vec![json!({"a": 1})],
            vec![json!({"a": 2}), json!({"b": 3})],
        ),
        (
            "a $or that is a name",
            json!({"$or": {"x": [1]}, "y": [2]}),
            vec![json!({"$or": {"x": 1}, "y": 2})],
            vec![json!({"x": 1, "y": 2})],
        ),
        (
            "a $or of match expressions is a name",
            json!({"$or": [{"numeric": [">", 0, "<=", 5]}, {"cidr": "10.0.0.0/8"}]}),
            vec![json!({"$or": 3}), json!({"$or": "10.1.1.1"})],
            vec![json!({"$or": 6})],
        ),
    ]);
}

#[test]
fn names() {
    check(vec![
        ("case counts", json!({"my_key": ["v"]}), vec![json!({"my_key": "v"})], vec![json!({"MY_KEY": "v"})]),
        (
            "a dot joins names",
            json!({"detail": {"state.status": ["on"]}}),
            vec![json!({"detail": {"state": {"status": "on"}}}), json!({"detail.state.status": "on"})],
            vec![json!({"detail": {"state.status": {"status": "on"}}})],
        ),
        (
            "two dotted ways",
            json!({"a": {"b": [1], "c": [2]}}),
            vec![json!({"a": {"b": 1}, "a.c": 2}), json!({"a.b": 1, "a.c": 2})],
            vec![json!({"a.b": 1, "c": 2})],
        ),
    ]);
}
