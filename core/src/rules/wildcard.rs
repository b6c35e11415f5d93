//! The `wildcard` operator: `*` stands for any text, also none.

use crate::text_search;

/// A wildcard whose escapes were read: the texts between its asterisks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wildcard {
    parts: Vec<String>,
}

/// From how many places of a wildcard that one text may reach at a time the service refuses it. AWS
/// does not publish its limit; it refuses a wildcard that reaches ten and takes one of seven.
const TOO_MANY_PLACES: usize = 10;

/// The longest wildcard, in characters: as long as EventBridge lets a whole pattern become.
const LONGEST: usize = 4096;

impl Wildcard {
    /// Reads a wildcard. A position in a message counts as AWS counts it: bytes of the quoted text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let (mut parts, mut part) = (Vec::new(), String::new());
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map(|(_, next)| *next);
            match (letter, next) {
                ('*', Some('*')) => {
                    return Err(["Consecutive wildcard characters at pos ", &(at + 1).to_string()].concat());
                }
                ('*', _) => parts.push(std::mem::take(&mut part)),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    part.push(escaped);
                    letters.next();
                }
                ('\\', _) => return Err(["Invalid escape character at pos ", &(at + 1).to_string()].concat()),
                (letter, _) => part.push(letter),
            }
        }
        parts.push(part);
        let wildcard = Self { parts };
        if wildcard.places() >= TOO_MANY_PLACES {
            return Err("Rule is too complex - try using fewer wildcard characters or fewer repeating \
                        character sequences after a wildcard character"
                .to_owned());
        }
        Ok(wildcard)
    }

    /// Whether the whole text fits. Each part is taken where it first occurs, which leaves most to
    /// the rest; so the work is that of a few searches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some(rest) = rest.strip_suffix(last.as_str()) else { return false };
        let after = |rest: &'_ str, part: &String| text_search::find(rest, part).map(|at| at + part.len());
        let mut rest = rest;
        for part in middle {
            let Some(at) = after(rest, part) else { return false };
            rest = &rest[at..];
        }
        true
    }

    /// At how many places of the wildcard one text can stand at once, tried with the wildcard's own
    /// text: behind each asterisk that it may have passed, and behind each letter it may just have
    /// taken.
    fn places(&self) -> usize {
        let mut steps = Vec::new();
        for part in &self.parts {
            steps.extend(part.chars().map(Some));
            steps.push(None);
        }
        steps.pop();
        if steps.len() > LONGEST {
            return TOO_MANY_PLACES;
        }
        let mut at = vec![false; steps.len() + 1];
        at[0] = true;
        pass_asterisks(&steps, &mut at);
        let mut most = 0;
        for letter in steps.iter().flatten() {
            for place in (1..at.len()).rev() {
                at[place] = match steps[place - 1] {
                    None => at[place],
                    step => at[place - 1] && step == Some(*letter),
                };
            }
            at[0] = false;
            pass_asterisks(&steps, &mut at);
            most = most.max(at.iter().filter(|stands| **stands).count());
        }
        most
    }
}

/// An asterisk may stand for no text at all.
fn pass_asterisks(steps: &[Option<char>], at: &mut [bool]) {
    for (place, step) in steps.iter().enumerate() {
        if step.is_none() && at[place] {
            at[place + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_stands_for_any_text() {
        for (wildcard, yes, no) in [
            ("*", vec!["", "a", "a*b"], vec![]),
            ("", vec![""], vec!["a"]),
            ("dir/*.png", vec!["dir/.png", "dir/a/b.png"], vec!["dir.png", "dir/png", "xdir/a.png"]),
            ("*/lib/*", vec!["/lib/", "a/lib/b"], vec!["lib/", "/lib"]),
            ("a*a", vec!["aa", "aba", "aaa"], vec!["a", "ab"]),
            ("a*b*c", vec!["abc", "a--b--b--c"], vec!["acb", "abcd"]),
            (r"a\*\\*", vec![r"a*\", r"a*\x"], vec![r"ab\", "a*"]),
            ("顧*客", vec!["顧客", "顧い客"], vec!["顧"]),
        ] {
            let read = Wildcard::read(wildcard).unwrap();
            assert!(yes.iter().all(|text| read.matches(text)), "{wildcard}");
            assert!(!no.iter().any(|text| read.matches(text)), "{wildcard}");
        }
    }

    #[test]
    fn a_malformed_wildcard_is_refused_with_the_place() {
        for (wildcard, reason) in [
            ("a**b", "Consecutive wildcard characters at pos 2"),
            ("顧**", "Consecutive wildcard characters at pos 4"),
            (r"a\b", "Invalid escape character at pos 2"),
            (r"a\", "Invalid escape character at pos 2"),
        ] {
            assert_eq!(Wildcard::read(wildcard).unwrap_err(), reason);
        }
        assert!(Wildcard::read(r"*\**").is_ok());
    }

    #[test]
    fn what_the_service_finds_too_complex_is_refused() {
        assert!(Wildcard::read("*:*:*:*:*:event-bus/*").unwrap_err().starts_with("Rule is too complex"));
        for fine in
            ["/Users/*/dir/dir/dir/dir/dir/doc.txt", "a*b*c*d*e*f", "arn:aws:events:us-east-1:*:event-bus/*"]
        {
            assert!(Wildcard::read(fine).is_ok(), "{fine}");
        }
    }
}
