//! `daicho rule`: event patterns tried before they are used.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use daicho_core::rules::{Event, Pattern};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Ended, Language, Unusable, input};

const EXAMPLES: &str = r#"Examples:
  daicho rule test --pattern pattern.json --event invoice.json
  daicho rule test --jsonl < cases.jsonl

A pattern is an Amazon EventBridge event pattern over any JSON object, for instance
  {"status": ["open", "paid"], "amount_due": [{"numeric": [">", 0]}]}
With --jsonl each line of standard input is a case:
  {"name": "free of charge", "pattern": {"amount_due": [0]}, "event": {"amount_due": 0}}
and is answered by a line:
  {"name":"free of charge","result":"match"}

Exit: 0 match, 1 no_match, 2 invalid; with --jsonl: 0 every line was answered, 2 one was not JSON."#;

/// What is to be done with a pattern.
#[derive(Debug, Subcommand)]
pub(crate) enum Rule {
    /// Say whether an event pattern matches an event: match, no_match or invalid
    Test(Test),
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Test {
    /// The event pattern
    #[arg(long, value_name = "FILE", required_unless_present = "jsonl")]
    pattern: Option<PathBuf>,
    /// The event, any JSON object
    #[arg(long, value_name = "FILE", required_unless_present = "jsonl")]
    event: Option<PathBuf>,
    /// The answer as JSON
    #[arg(long)]
    json: bool,
    /// Read cases from standard input, one JSON object a line, and answer each by a line
    #[arg(long, conflicts_with_all = ["pattern", "event", "json"])]
    jsonl: bool,
}

/// What came of one pattern and one event.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Value>,
    result: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Match,
    NoMatch,
    Invalid,
}

/// A line of standard input. Pattern and event stay text: a name that stands twice means something.
#[derive(Debug, Deserialize)]
struct Case<'l> {
    #[serde(default)]
    name: Value,
    #[serde(borrow)]
    pattern: Option<&'l RawValue>,
    #[serde(borrow)]
    event: Option<&'l RawValue>,
}

/// Carries out `daicho rule …`.
///
/// # Errors
/// If the answer cannot be written.
pub(crate) fn run(
    rule: &Rule,
    lang: Language,
    input: &mut impl Read,
    output: &mut impl Write,
) -> Result<Ended> {
    let Rule::Test(test) = rule;
    let (Some(pattern), Some(event)) = (&test.pattern, &test.event) else {
        return answer_lines(input, output);
    };
    let answer = match read(pattern).and_then(|pattern| Ok((pattern, read(event)?))) {
        Ok((pattern, event)) => answer(&pattern, &event),
        Err(error) => Answer::invalid(lang.of(error.text()).to_owned()),
    };
    if test.json {
        writeln!(output, "{}", serde_json::to_string(&answer)?)?;
    } else {
        writeln!(output, "{}", answer.shown())?;
    }
    Ok(match answer.result {
        Outcome::Match => Ended::Well,
        Outcome::NoMatch => Ended::Refused,
        Outcome::Invalid => Ended::Unusable,
    })
}

/// What a file holds, once it is seen to be JSON: what is wrong with it then is told with its name.
fn read(file: &Path) -> Result<Vec<u8>, Unusable> {
    let bytes = input::bytes(file)?;
    serde_json::from_slice::<IgnoredAny>(&bytes).map_err(|error| input::not_json(file, error))?;
    Ok(bytes)
}

fn answer(pattern: &[u8], event: &[u8]) -> Answer {
    let pattern = match Pattern::parse(pattern) {
        Ok(pattern) => pattern,
        Err(error) => return Answer::invalid(error.to_string()),
    };
    match Event::parse(event) {
        Ok(event) if pattern.matches(&event) => Answer::of(Outcome::Match),
        Ok(_) => Answer::of(Outcome::NoMatch),
        Err(error) => Answer::invalid(error.to_string()),
    }
}

impl Answer {
    fn of(result: Outcome) -> Self {
        Self { name: None, result, message: None }
    }

    fn invalid(message: String) -> Self {
        Self { message: Some(message), ..Self::of(Outcome::Invalid) }
    }

    fn shown(&self) -> String {
        let result = match self.result {
            Outcome::Match => "match",
            Outcome::NoMatch => "no_match",
            Outcome::Invalid => "invalid",
        };
        self.message.as_ref().map_or_else(|| result.to_owned(), |message| format!("{result}: {message}"))
    }
}

fn answer_lines(input: &mut impl Read, output: &mut impl Write) -> Result<Ended> {
    let mut ended = Ended::Well;
    for (index, line) in BufReader::new(input).split(b'\n').enumerate() {
        let line = line.context("standard input cannot be read")?;
        let line = input::without_mark(&line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = answer_line(line).unwrap_or_else(|error| {
            ended = Ended::Unusable;
            let message =
                format!("line {} is not a JSON object with name, pattern and event: {error}", index + 1);
            Answer { name: Some(Value::Null), ..Answer::invalid(message) }
        });
        writeln!(output, "{}", serde_json::to_string(&answer)?)?;
    }
    Ok(ended)
}

fn answer_line(line: &[u8]) -> serde_json::Result<Answer> {
    let case: Case<'_> = serde_json::from_slice(line)?;
    let answer = match (case.pattern, case.event) {
        (Some(pattern), Some(event)) => answer(pattern.get().as_bytes(), event.get().as_bytes()),
        (None, _) => Answer::invalid("the line has no pattern".to_owned()),
        (_, None) => Answer::invalid("the line has no event".to_owned()),
    };
    Ok(Answer { name: Some(case.name), ..answer })
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
