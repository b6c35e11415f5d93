//! A program run as one step: its output is kept, and shown in full only when it fails.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::progress::{Step, say};

/// How often a step that prints nothing moves on.
const TICK: Duration = Duration::from_millis(500);

/// Runs `command` to its end as the step `name`. What it prints last is shown as it goes.
///
/// # Errors
/// If it cannot be started or fails: its whole output is printed, and `advice` says what to do.
pub fn run(name: &str, command: &mut Command, advice: &str) -> Result<String> {
    let mut step = Step::begin(name);
    match output(&mut step, command) {
        Ok((true, output)) => {
            step.done();
            Ok(output)
        }
        Ok((false, output)) => {
            step.failed();
            say(&output);
            bail!("{name} failed; its output stands above. {advice}")
        }
        Err(error) => {
            step.failed();
            Err(error.context(format!("{name} failed. {advice}")))
        }
    }
}

fn output(step: &mut Step, command: &mut Command) -> Result<(bool, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let (lines, received) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, lines.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, lines);
    }
    let mut output = String::new();
    let mut last = String::new();
    loop {
        match received.recv_timeout(TICK) {
            Ok(line) => {
                output.push_str(&line);
                output.push('\n');
                line.trim().clone_into(&mut last);
                step.at(&last);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => step.at(&last),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok((child.wait()?.success(), output))
}

fn forward(pipe: impl Read + Send + 'static, lines: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            if lines.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_of_a_program_are_kept() {
        let output = run("two", &mut shell("echo one; echo two >&2"), "").unwrap();
        assert!(output.contains("one\n") && output.contains("two\n"), "{output}");
    }

    #[test]
    fn a_failed_program_is_an_error_that_says_what_to_do() {
        let error = run("it", &mut shell("exit 3"), "Do this.").unwrap_err();
        assert!(error.to_string().ends_with("Do this."), "{error}");
    }
}
