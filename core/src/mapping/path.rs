//! Paths into a Stripe object: `address.city`, `items.data[0].price.id`, `items.data[*].quantity`,
//! `lines.data[?type=="subscription"].amount`, `metadata["顧客 No."]`.
//!
//! A path also follows an id to the object it names: `customer.name` of a subscription is the name of
//! its customer. See [`super::related`].

use std::fmt;

use crate::json::Value;
use crate::validation::Text;

use crate::word::is_letter_or_digit;
use crate::{json_text, text_search};

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
    /// `[*]`: each element of a list.
    Wildcard,
    /// `[?type=="subscription"]`: those elements of a list for which it holds.
    Filter(Filter),
}

/// A filter over the elements of a list: a path in the element, held against one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The path in the element; without wildcards and filters of its own.
    pub path: Path,
    /// Whether it keeps what differs (`!=`) and not what is equal (`==`).
    pub negated: bool,
    /// Text, an integer, `true`, `false` or `null`, which what is missing equals too.
    pub value: Value,
}

impl Filter {
    /// Whether the element is kept.
    #[must_use]
    pub fn keeps(&self, element: &Value) -> bool {
        (self.path.get(element).unwrap_or(&Value::Null) == &self.value) != self.negated
    }
}

/// A path that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub struct PathError {
    /// The character at which it goes wrong, from 1.
    pub at: usize,
    /// What is wrong there.
    pub problem: PathProblem,
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.texts().1)]
pub enum PathProblem {
    /// Nothing stands there.
    NameMissing,
    /// A name holds a character that must be quoted.
    NeedsQuotes,
    /// `[` is not followed by an index or a quoted name.
    NoIndex,
    /// `[?` is not followed by a simple path.
    NoFilter,
    /// A filter's path is not followed by `==` or `!=`.
    NoComparison,
    /// A filter's comparison is not followed by a value.
    NoLiteral,
    /// `]` or the closing quote is missing.
    NotClosed,
    /// After `]`, only `.`, `[` or the end may follow.
    NoSeparator,
}

impl PathError {
    /// What is wrong, and where.
    #[must_use]
    pub fn text(&self) -> Text {
        let (ja, en) = self.problem.texts();
        let at = self.at.to_string();
        Text { ja: [&at, "文字目: ", ja].concat(), en: [en, " (character ", &at, ")"].concat() }
    }

    /// What is wrong, with the path that it is in.
    pub(super) fn text_of(&self, path: &str) -> Text {
        Text::of(path, path).then(": ", &self.text())
    }
}

impl PathProblem {
    /// In Japanese and in English.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::NameMissing => ("名前がありません", "a name is missing"),
            Self::NeedsQuotes => (
                "この文字は引用符で囲んでください: metadata[\"a b\"]",
                "this character has to stand in quotes: metadata[\"a b\"]",
            ),
            Self::NoIndex => (
                "[0]、[*]、条件、または [\"a.b\"] のように引用符で囲んだ名前が必要です",
                "an index such as [0], [*], a filter or a quoted name such as [\"a.b\"] is expected",
            ),
            Self::NoFilter => (
                "条件は [?type==\"subscription\"] のように、左側に単純なパスを書いてください",
                "a filter is written like [?type==\"subscription\"], with a simple path on its left",
            ),
            Self::NoComparison => ("== か != が必要です", "== or != is expected here"),
            Self::NoLiteral => (
                "引用符で囲んだ文字列、整数、true、false、null のいずれかが必要です",
                "a quoted text, an integer, true, false or null is expected here",
            ),
            Self::NotClosed => ("かっこか引用符が閉じていません", "the bracket or quote is not closed"),
            Self::NoSeparator => (". か [ が必要です", "a . or [ is expected here"),
        }
    }
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// [`PathError`] says at which character it goes wrong.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Reader { chars: text.chars().collect(), at: 0 }.path()
    }

    /// The first value at this path inside `value` itself, if there is one. No id is followed.
    #[must_use]
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        first(&self.steps, value)
    }

    /// Whether it may lead to several values: it has a wildcard or a filter.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Wildcard | Step::Filter(_)))
    }

    pub(crate) fn of(steps: &[Step]) -> Self {
        Self { steps: steps.to_vec() }
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

fn first<'v>(steps: &[Step], value: &'v Value) -> Option<&'v Value> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(value);
    };
    match step {
        Step::Property(name) => first(rest, value.as_object()?.get(name)?),
        Step::Index(index) => first(rest, value.as_array()?.get(*index)?),
        Step::Wildcard => value.as_array()?.iter().find_map(|element| first(rest, element)),
        Step::Filter(filter) => {
            value.as_array()?.iter().filter(|element| filter.keeps(element)).find_map(|e| first(rest, e))
        }
    }
}

impl Filter {
    fn write(&self, to: &mut String) {
        to.push_str(&["[?", &self.path.text(), if self.negated { "!=" } else { "==" }].concat());
        match &self.value {
            Value::String(text) => to.push_str(&quoted(text)),
            other => to.push_str(&json_text(other)),
        }
        to.push(']');
    }
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let escaped = text_search::replace(&text_search::replace(text, "\\", "\\\\"), "\"", "\\\"");
    ["\"", &escaped, "\""].concat()
}

impl Path {
    /// The path as it is written.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Index(index) => text.push_str(&["[", &index.to_string(), "]"].concat()),
                Step::Wildcard => text.push_str("[*]"),
                Step::Filter(filter) => filter.write(&mut text),
                Step::Property(name) if !name.is_empty() && name.chars().all(stands_bare) => {
                    text.push_str(if text.is_empty() { "" } else { "." });
                    text.push_str(name);
                }
                Step::Property(name) => text.push_str(&["[", &quoted(name), "]"].concat()),
            }
        }
        text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Filters and templates need the other punctuation.
fn stands_bare(c: char) -> bool {
    is_letter_or_digit(c) || matches!(c, '_' | '-' | '・' | '＿')
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn path(mut self) -> Result<Path, PathError> {
        let steps = self.steps()?;
        match self.peek() {
            None => Ok(Path { steps }),
            Some(_) => Err(self.wrong_here(if self.after_bracket() {
                PathProblem::NoSeparator
            } else {
                PathProblem::NeedsQuotes
            })),
        }
    }

    /// Steps up to the first character that cannot go on with them.
    fn steps(&mut self) -> Result<Vec<Step>, PathError> {
        let mut steps = Vec::new();
        if self.peek() != Some('[') {
            steps.push(self.name()?);
        }
        loop {
            match self.peek() {
                Some('.') => {
                    self.at += 1;
                    steps.push(self.name()?);
                }
                Some('[') => {
                    self.at += 1;
                    steps.push(self.bracket()?);
                }
                _ => return Ok(steps),
            }
        }
    }

    fn after_bracket(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.chars.get(before)) == Some(&']')
    }

    fn name(&mut self) -> Result<Step, PathError> {
        let name = self.while_true(stands_bare);
        match self.peek() {
            _ if !name.is_empty() => Ok(Step::Property(name)),
            None | Some('.' | '[' | '=' | '!') => Err(self.wrong_here(PathProblem::NameMissing)),
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
            Some('*') => {
                self.at += 1;
                Step::Wildcard
            }
            Some('?') => {
                self.at += 1;
                Step::Filter(self.filter()?)
            }
            _ => return Err(self.wrong_here(PathProblem::NoIndex)),
        };
        match self.next() {
            Some(']') => Ok(step),
            None => Err(self.wrong_here(PathProblem::NotClosed)),
            Some(_) => Err(self.wrong_before(PathProblem::NotClosed)),
        }
    }

    fn filter(&mut self) -> Result<Filter, PathError> {
        let started = self.at;
        let path = Path { steps: self.steps()? };
        if path.is_many() {
            return Err(PathError { at: started + 1, problem: PathProblem::NoFilter });
        }
        let negated = match (self.next(), self.next()) {
            (Some('='), Some('=')) => false,
            (Some('!'), Some('=')) => true,
            _ => {
                return Err(self.wrong_at_most(PathProblem::NoComparison));
            }
        };
        let at = self.at + 1;
        let value = if self.peek() == Some('"') {
            self.at += 1;
            Value::String(self.quoted()?)
        } else {
            let word = self.while_true(|c| c.is_ascii_alphanumeric() || c == '-');
            match word.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                number => match number.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) => return Err(PathError { at, problem: PathProblem::NoLiteral }),
                },
            }
        };
        Ok(Filter { path, negated, value })
    }

    /// The error is at the character last read, or behind the last one.
    fn wrong_at_most(&self, problem: PathProblem) -> PathError {
        PathError { at: self.at.clamp(1, self.chars.len() + 1), problem }
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
    fn a_filter_keeps_the_elements_for_which_it_holds() {
        let object = json!({"l": [
            {"t": "a", "v": 1}, {"t": "b", "v": 2, "live": true}, {"t": "b", "v": null}, {"n": -3, "v": 4}, 7]});
        let get = |path: &str| Path::parse(path).unwrap().get(&object).cloned();
        assert_eq!(get(r#"l[?t=="b"].v"#), Some(json!(2)));
        assert_eq!(get(r#"l[?t!="a"].v"#), Some(json!(2)));
        assert_eq!(get("l[?live==true].t"), Some(json!("b")));
        assert_eq!(get("l[?n==-3].v"), Some(json!(4)));
        assert_eq!(get("l[?t==null].n"), Some(json!(-3)));
        assert_eq!(get(r#"l[?t=="c"].v"#), None);
        assert_eq!(get("l[*].live"), Some(json!(true)));
        assert!(Path::parse("l[*].v").unwrap().is_many() && !Path::parse("l[0].v").unwrap().is_many());
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
            ("a[**]", 4, PathProblem::NotClosed),
            ("a[?]", 4, PathProblem::NeedsQuotes),
            ("a[?==1]", 4, PathProblem::NameMissing),
            ("a[?b[*]==1]", 4, PathProblem::NoFilter),
            ("a[?b=1]", 6, PathProblem::NoComparison),
            ("a[?b", 4, PathProblem::NoComparison),
            ("a[?b==]", 7, PathProblem::NoLiteral),
            ("a[?b==1.5]", 8, PathProblem::NotClosed),
            ("a[?b==\"x]", 10, PathProblem::NotClosed),
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
            steps.push(Step::Wildcard);
            let inner = Path { steps: vec![Step::Property("顧客 No.".to_owned()), Step::Index(index)] };
            steps.push(Step::Filter(Filter { path: inner, negated: index % 2 == 0, value: json!("a\"\\") }));
            let path = Path { steps };
            prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[a\\[\\]\".\\\\0-9*?=!]{0,12}|\\PC{0,12}") {
            let _ = Path::parse(&text);
        }
    }
}
