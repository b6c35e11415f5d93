use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{CommandFactory, Parser};

use super::*;
use crate::Arguments;

/// The answer to a pattern and an event in files, and how the command ended.
fn answered(pattern: &str, event: &str, more: &[&str]) -> (Ended, String) {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("daicho-rule-{}-{call}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files = [("pattern", pattern), ("event", event)].map(|(name, text)| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let mut line = vec!["daicho", "rule", "test", "--pattern", &files[0], "--event", &files[1]];
    line.extend(more);
    let answered = run_line(&line, "");
    std::fs::remove_dir_all(&folder).unwrap();
    answered
}

fn run_line(line: &[&str], input: &str) -> (Ended, String) {
    let mut output = Vec::new();
    let arguments = Arguments::try_parse_from(line).unwrap();
    let ended = crate::run(arguments, &mut input.as_bytes(), &mut output).unwrap();
    (ended, String::from_utf8(output).unwrap())
}

fn lines(input: &str) -> (Ended, String) {
    run_line(&["daicho", "rule", "test", "--jsonl"], input)
}

#[test]
fn an_event_matches_or_does_not() {
    let pattern = r#"{"status": ["open"]}"#;
    assert_eq!(answered(pattern, r#"{"status": "open"}"#, &[]), (Ended::Well, "match\n".to_owned()));
    assert_eq!(answered(pattern, r#"{"status": "paid"}"#, &[]), (Ended::Refused, "no_match\n".to_owned()));
    let json = (Ended::Well, "{\"result\":\"match\"}\n".to_owned());
    assert_eq!(answered(pattern, r#"{"status": "open"}"#, &["--json"]), json);
}

#[test]
fn an_invalid_pattern_is_named_with_place_and_reason() {
    let pattern = r#"{"status": [{"prefix": 1}]}"#;
    let message = "status[0].prefix: prefix match pattern must be a string";
    assert_eq!(answered(pattern, "{}", &[]), (Ended::Unusable, format!("invalid: {message}\n")));
    let json = format!("{{\"result\":\"invalid\",\"message\":\"{message}\"}}\n");
    assert_eq!(answered(pattern, "{}", &["--json"]), (Ended::Unusable, json));
}

#[test]
fn what_cannot_be_read_is_never_taken_for_no_match() {
    for (pattern, event) in [("{", "{}"), (r#"{"a": [1]}"#, "[]"), (r#"{"a": [1]}"#, "{")] {
        let (ended, said) = answered(pattern, event, &[]);
        assert!(ended == Ended::Unusable && said.starts_with("invalid: "), "{said}");
    }
    let (ended, said) = run_line(&["daicho", "rule", "test", "--pattern", "/no/p", "--event", "/no/e"], "");
    assert!(ended == Ended::Unusable && said.contains("/no/p: ファイルがありません"), "{said}");
}

#[test]
fn a_file_that_is_not_json_is_told_by_its_name() {
    for (pattern, event, name) in [(r#"{"a": ["#, "{}", "pattern"), (r#"{"a": [1]}"#, "{", "event")] {
        let (ended, said) = answered(pattern, event, &["--lang", "en"]);
        assert_eq!(ended, Ended::Unusable);
        assert!(
            said.starts_with("invalid: ") && said.contains(&format!("/{name}: this is not JSON: EOF")),
            "{said}"
        );
    }
}

#[test]
fn a_byte_order_mark_before_the_first_line_is_no_part_of_it() {
    let said = lines("\u{feff}{\"name\":1,\"pattern\":{\"a\":[1]},\"event\":{\"a\":1}}\n");
    assert_eq!(said, (Ended::Well, "{\"name\":1,\"result\":\"match\"}\n".to_owned()));
}

#[test]
fn every_line_is_answered_in_order() {
    let input = r#"{"name": "yes", "pattern": {"a": [1]}, "event": {"a": 1.0}}
{"name": "no", "pattern": {"a": [1]}, "event": {"a": "1"}}

{"name": 3, "pattern": {"a": 1}, "event": {}, "more": true}
{"pattern": {"a": [1]}, "event": []}
{"name": "half", "event": {}}
"#;
    let expected = r#"{"name":"yes","result":"match"}
{"name":"no","result":"no_match"}
{"name":3,"result":"invalid","message":"a: \"a\" must be an object or an array"}
{"name":null,"result":"invalid","message":"the event is not valid: it must be a JSON object"}
{"name":"half","result":"invalid","message":"the line has no pattern"}
"#;
    assert_eq!(lines(input), (Ended::Well, expected.to_owned()));
}

#[test]
fn a_line_that_is_not_json_is_told_and_the_rest_answered() {
    let (ended, said) = lines("{\n{\"name\":\"x\",\"pattern\":{\"a\":[1]},\"event\":{\"a\":1}}\n");
    let (first, second) = said.trim_end().split_once('\n').unwrap();
    assert!(first.starts_with(r#"{"name":null,"result":"invalid","message":"line 1 is not"#), "{first}");
    assert_eq!((ended, second), (Ended::Unusable, r#"{"name":"x","result":"match"}"#));
}

#[test]
fn a_name_that_stands_twice_in_a_pattern_counts_as_aws_counts_it() {
    let line = r#"{"name":1,"pattern":{"d":{"a":[1]},"d":{"b":[2]}},"event":{"d":{"b":2}}}"#;
    assert_eq!(lines(line).1, "{\"name\":1,\"result\":\"no_match\"}\n");
}

#[test]
fn help_shows_an_example_that_is_true() {
    let mut command = Arguments::command();
    let test = command.find_subcommand_mut("rule").unwrap().find_subcommand_mut("test").unwrap();
    let help = test.render_long_help().to_string();
    let example = help.lines().find(|line| line.trim_start().starts_with(r#"{"name": "free"#)).unwrap();
    assert!(help.contains(lines(example).1.trim_end()), "{help}");
}

#[test]
fn files_and_lines_are_not_mixed() {
    for line in
        ["rule test", "rule test --pattern p", "rule test --jsonl --pattern p", "rule test --jsonl --json"]
    {
        let line = std::iter::once("daicho").chain(line.split(' '));
        assert!(Arguments::try_parse_from(line).is_err());
    }
}
