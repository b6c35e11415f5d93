//! Paths into a Stripe object: `address.city`, `items.data[0].price.id`, `metadata["顧客 No."]`.

use std::fmt;

use serde_json::Value;

/// A path, read once and followed many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// `.name` or `["name"]`
    Property(String),
    /// `[0]`
    Index(usize),
}

/// A path that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (character {at})")]
pub struct PathError {
    /// The character at which it goes wrong, from 1.
    pub at: usize,
    /// What is wrong there.
    pub problem: PathProblem,
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathProblem {
    /// Nothing stands there.
    #[error("a name is missing")]
    NameMissing,
    /// A name holds a character that must be quoted.
    #[error("this character has to stand in quotes: metadata[\"a b\"]")]
    NeedsQuotes,
    /// `[` is not followed by an index or a quoted name.
    #[error("an index such as [0] or a quoted name such as [\"a.b\"] is expected")]
    NoIndex,
    /// `]` or the closing quote is missing.
    #[error("the bracket or quote is not closed")]
    NotClosed,
    /// After `]`, only `.`, `[` or the end may follow.
    #[error("a . or [ is expected here")]
    NoSeparator,
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// [`PathError`] says at which character it goes wrong.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Reader { chars: text.chars().collect(), at: 0 }.path()
    }

    /// The value at this path, if there is one.
    #[must_use]
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Property(name) => value.as_object()?.get(name),
            Step::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Property(name) if !name.is_empty() && name.chars().all(stands_bare) => {
                    write!(f, "{}{name}", if position == 0 { "" } else { "." })?;
                }
                Step::Property(name) => {
                    write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
            }
        }
        Ok(())
    }
}

/// Wildcards, filters and templates will need the other punctuation.
fn stands_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '・' | '＿')
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn path(mut self) -> Result<Path, PathError> {
        let mut steps = Vec::new();
        if self.peek() != Some('[') {
            steps.push(self.name()?);
        }
        loop {
            match self.next() {
                None => return Ok(Path { steps }),
                Some('.') => steps.push(self.name()?),
                Some('[') => steps.push(self.bracket()?),
                Some(_) => return Err(self.wrong_before(PathProblem::NoSeparator)),
            }
        }
    }

    fn name(&mut self) -> Result<Step, PathError> {
        let name = self.while_true(stands_bare);
        match self.peek() {
            None | Some('.' | '[') if name.is_empty() => Err(self.wrong_here(PathProblem::NameMissing)),
            None | Some('.' | '[') => Ok(Step::Property(name)),
            Some(_) => Err(self.wrong_here(PathProblem::NeedsQuotes)),
        }
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        let step = match self.peek() {
            Some('"') => {
                self.at += 1;
                Step::Property(self.quoted()?)
            }
            Some(c) if c.is_ascii_digit() => {
                let started = self.at;
                let digits = self.while_true(|c| c.is_ascii_digit());
                let index = digits
                    .parse()
                    .map_err(|_| PathError { at: started + 1, problem: PathProblem::NoIndex })?;
                Step::Index(index)
            }
            _ => return Err(self.wrong_here(PathProblem::NoIndex)),
        };
        match self.next() {
            Some(']') => Ok(step),
            None => Err(self.wrong_here(PathProblem::NotClosed)),
            Some(_) => Err(self.wrong_before(PathProblem::NotClosed)),
        }
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(name),
                Some('\\') => {
                    let escaped = self.next();
                    name.push(escaped.ok_or(self.wrong_here(PathProblem::NotClosed))?);
                }
                Some(c) => name.push(c),
                None => return Err(self.wrong_here(PathProblem::NotClosed)),
            }
        }
    }

    fn while_true(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| keep(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn wrong_here(&self, problem: PathProblem) -> PathError {
        PathError { at: self.at + 1, problem }
    }

    fn wrong_before(&self, problem: PathProblem) -> PathError {
        PathError { at: self.at, problem }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn get(path: &str) -> Option<Value> {
        let object = json!({
            "id": "sub_1",
            "items": {"data": [{"price": {"id": "price_1"}}]},
            "metadata": {"a.b": "dotted", "顧客No": "7", "say \"hi\"": "quoted", "": "empty"},
            "0": "zero"
        });
        Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}")).get(&object).cloned()
    }

    #[test]
    fn a_path_reaches_properties_indices_and_quoted_names() {
        assert_eq!(get("id"), Some(json!("sub_1")));
        assert_eq!(get("items.data[0].price.id"), Some(json!("price_1")));
        assert_eq!(get("metadata[\"a.b\"]"), Some(json!("dotted")));
        assert_eq!(get("metadata.顧客No"), Some(json!("7")));
        assert_eq!(get(r#"metadata["say \"hi\""]"#), Some(json!("quoted")));
        assert_eq!(get("metadata[\"\"]"), Some(json!("empty")));
        assert_eq!(get("[\"0\"]"), Some(json!("zero")));
    }

    #[test]
    fn what_is_not_there_is_nothing() {
        for path in ["name", "id.x", "id[0]", "items.data[1]", "items.data.price", "metadata[0]"] {
            assert_eq!(get(path), None, "{path}");
        }
    }

    #[test]
    fn an_error_names_its_character() {
        for (path, at, problem) in [
            ("", 1, PathProblem::NameMissing),
            (".a", 1, PathProblem::NameMissing),
            ("a..b", 3, PathProblem::NameMissing),
            ("a.", 3, PathProblem::NameMissing),
            ("metadata.a b", 11, PathProblem::NeedsQuotes),
            ("顧客{x}", 3, PathProblem::NeedsQuotes),
            ("a]", 2, PathProblem::NeedsQuotes),
            ("a[]", 3, PathProblem::NoIndex),
            ("a[*]", 3, PathProblem::NoIndex),
            ("a[-1]", 3, PathProblem::NoIndex),
            ("a[99999999999999999999]", 3, PathProblem::NoIndex),
            ("a[0", 4, PathProblem::NotClosed),
            ("a[0x]", 4, PathProblem::NotClosed),
            ("a[\"b", 5, PathProblem::NotClosed),
            ("a[\"b\\", 6, PathProblem::NotClosed),
            ("a[0]b", 5, PathProblem::NoSeparator),
        ] {
            assert_eq!(Path::parse(path), Err(PathError { at, problem }), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_path_shows_itself_as_it_can_be_read(names in proptest::collection::vec("\\PC{0,5}|[a-z]{1,5}", 1..4), index in 0usize..9) {
            let mut steps: Vec<Step> = names.into_iter().map(Step::Property).collect();
            steps.push(Step::Index(index));
            let path = Path { steps };
            prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[a\\[\\]\".\\\\0-9*]{0,12}|\\PC{0,12}") {
            let _ = Path::parse(&text);
        }
    }
}
