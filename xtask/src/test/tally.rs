//! How many tests passed and failed, from what their runners print.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::{Add, AddAssign};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Tests by outcome. A step that only passes or fails counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// One passed.
    pub fn passed() -> Self {
        Self { passed: 1, failed: 0 }
    }

    /// One failed.
    pub fn failed() -> Self {
        Self { passed: 0, failed: 1 }
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs a test runner, shows what it prints, and counts. The first value says whether it ended well.
///
/// # Errors
/// If it cannot be started.
#[expect(clippy::print_stdout, reason = "a runner's lines stay where it would print them")]
pub fn of(command: &mut Command) -> Result<(bool, Tally)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally += counted(&line);
        }
    }
    Ok((child.wait()?.success(), tally))
}

/// What a closing line says: libtest's `test result: ok. 3 passed; 1 failed; …`, node's `ℹ pass 3`
/// and `ℹ fail 1` (`#` in place of `ℹ` where it is not a terminal).
fn counted(line: &str) -> Tally {
    let number = |text: &str| text.trim().parse().unwrap_or_default();
    if let Some(result) = line.strip_prefix("test result: ") {
        let before = |word: &str| {
            let (count, _) = result.split_once(word)?;
            Some(number(count.rsplit([' ', ';', '.']).find(|part| !part.is_empty())?))
        };
        return Tally {
            passed: before(" passed").unwrap_or_default(),
            failed: before(" failed").unwrap_or_default(),
        };
    }
    let Some(told) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
        return Tally::default();
    };
    match told.split_once(' ') {
        Some(("pass", count)) => Tally { passed: number(count), failed: 0 },
        Some(("fail" | "cancelled", count)) => Tally { passed: 0, failed: number(count) },
        _ => Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_are_read() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(counted(cargo), Tally { passed: 12, failed: 3 });
        assert_eq!(counted("ℹ pass 7"), Tally { passed: 7, failed: 0 });
        assert_eq!(counted("# fail 2"), Tally { passed: 0, failed: 2 });
        assert_eq!(counted("ℹ tests 9"), Tally::default());
        assert_eq!(counted("test a ... ok"), Tally::default());
    }
}
