//! From JSON to a compiled pattern. A `$or` is multiplied out, as EventBridge does: each alternative
//! is a conjunction of fields.

use crate::json::{Map, Value};

use super::MAX_PATH;
use super::expression::{Member, member};
use super::pattern::{Compiled, Field, Pattern, PatternError};
use crate::ByName;
use crate::text_search;

/// The most combinations that the `$or`s of a pattern may have (EventBridge user guide, "Using Or in
/// event patterns").
const MOST_COMBINATIONS: usize = 1000;

/// The most fields that all alternatives of a pattern name together: what a pattern may cost.
const MOST_FIELDS: usize = 100_000;

/// What may not be a field's name within a `$or`: Event Ruler keeps these words for operators, so
/// that `{"$or": [{"prefix": …}, …]}` stays a field of that name.
const RESERVED: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// Which field of the pattern each path of an alternative has.
type Alternative = ByName<usize>;

pub(super) fn compile(value: &Value) -> Compiled<Pattern> {
    let place = Place::default();
    let Value::Object(object) = value else {
        return Err(place.refuse(&["Filter is not an object"]));
    };
    if combinations(object, 0) > MOST_COMBINATIONS {
        return Err(place.refuse(&[
            "the pattern has more than ",
            &MOST_COMBINATIONS.to_string(),
            " rule combinations: the lengths of its $or arrays multiplied; split it",
        ]));
    }
    // A `$or` that is not the operator is a name. If the pattern is wrong either way, then what is
    // wrong with the operator helps more.
    Compiler::run(object, true).or_else(|error| Compiler::run(object, false).map_err(|_| error))
}

/// The lengths of all `$or` arrays multiplied, which is how the user guide counts.
fn combinations(object: &Map<String, Value>, depth: usize) -> usize {
    if depth > MAX_PATH {
        return 1;
    }
    object.iter().fold(1, |product: usize, (name, value)| match value {
        Value::Object(inner) => product.saturating_mul(combinations(inner, depth + 1)),
        Value::Array(members) if name == "$or" => {
            let inner = members.iter().filter_map(Value::as_object);
            inner.fold(product.saturating_mul(members.len().max(1)), |product, member| {
                product.saturating_mul(combinations(member, depth + 1))
            })
        }
        _ => product,
    })
}

struct Compiler {
    fields: Vec<Field>,
    alternatives: Vec<Alternative>,
    or_is_operator: bool,
    /// The names on the way, dots and all.
    names: Vec<String>,
    place: Place,
    depth: usize,
}

impl Compiler {
    fn run(object: &Map<String, Value>, or_is_operator: bool) -> Compiled<Pattern> {
        let mut compiler = Self {
            fields: Vec::new(),
            alternatives: vec![Alternative::new()],
            or_is_operator,
            names: Vec::new(),
            place: Place::default(),
            depth: 0,
        };
        compiler.object(object, false)?;
        let alternatives = compiler.alternatives.into_iter().map(|fields| fields.into_values().collect());
        Ok(Pattern { fields: compiler.fields, alternatives: alternatives.collect() })
    }

    fn object(&mut self, object: &Map<String, Value>, within_or: bool) -> Compiled<()> {
        if object.is_empty() {
            return Err(self.place.refuse(&["Empty objects are not allowed"]));
        }
        if self.depth >= MAX_PATH {
            return Err(self.place.refuse(&[
                "the pattern is nested deeper than ",
                &MAX_PATH.to_string(),
                " levels",
            ]));
        }
        self.depth += 1;
        for (name, value) in object {
            let outer = self.place.enter(name);
            match value {
                value if name == "$or" && self.or_is_operator => self.or(value)?,
                _ if within_or && RESERVED.contains(&name.as_str()) => {
                    let reason = " is Ruler reserved fieldName which cannot be used inside $or.";
                    return Err(self.place.refuse(&[name, reason]));
                }
                Value::Object(inner) => {
                    self.names.push(name.clone());
                    self.object(inner, within_or)?;
                    self.names.pop();
                }
                Value::Array(members) => {
                    self.names.push(name.clone());
                    self.field(members)?;
                    self.names.pop();
                }
                _ => {
                    let reason = "\" must be an object or an array";
                    return Err(self.place.refuse(&["\"", name, reason]));
                }
            }
            self.place.leave(outer);
        }
        self.depth -= 1;
        Ok(())
    }

    /// Each branch continues each alternative that there was.
    fn or(&mut self, value: &Value) -> Compiled<()> {
        let Value::Array(branches) = value else {
            return Err(self.place.refuse(&["It must be an Array followed with $or."]));
        };
        let before = std::mem::take(&mut self.alternatives);
        let mut after = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let outer = self.place.enter_index(index);
            let Value::Object(branch) = branch else {
                let reason = "Only JSON object is allowed in array of $or relationship.";
                return Err(self.place.refuse(&[reason]));
            };
            self.alternatives.clone_from(&before);
            self.object(branch, true)?;
            after.append(&mut self.alternatives);
            self.bounded(&after)?;
            self.place.leave(outer);
        }
        if branches.len() < 2 {
            return Err(self.place.refuse(&["There must have at least 2 Objects in $or relationship."]));
        }
        self.alternatives = after;
        Ok(())
    }

    fn field(&mut self, members: &[Value]) -> Compiled<()> {
        if members.is_empty() {
            return Err(self.place.refuse(&["Empty arrays are not allowed"]));
        }
        let path = text_search::join(&self.names, ".");
        let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
        if steps.len() > MAX_PATH {
            return Err(self.place.refuse(&["a path has more than ", &MAX_PATH.to_string(), " names"]));
        }
        let mut field = Field { path: path.clone(), steps, tests: Vec::new(), may_be_absent: false };
        for (index, value) in members.iter().enumerate() {
            match self.place.at(index, |place| member(value, place))? {
                Member::Test(test) => field.tests.push(test),
                Member::Absent => field.may_be_absent = true,
            }
        }
        let index = self.fields.len();
        self.fields.push(field);
        for alternative in &mut self.alternatives {
            alternative.insert(path.clone(), index);
        }
        self.bounded(&[])
    }

    fn bounded(&self, more: &[Alternative]) -> Compiled<()> {
        let fields: usize = self.alternatives.iter().chain(more).map(ByName::len).sum();
        if fields > MOST_FIELDS {
            return Err(self.place.refuse(&[
                "the pattern's alternatives have more than ",
                &MOST_FIELDS.to_string(),
                " fields",
            ]));
        }
        Ok(())
    }
}

/// Where in the pattern we are, as a refusal names it.
#[derive(Default)]
pub(super) struct Place {
    path: String,
}

impl Place {
    pub(super) fn refuse(&self, message: &[&str]) -> Box<PatternError> {
        let path = if self.path.is_empty() { ".".to_owned() } else { self.path.clone() };
        Box::new(PatternError { path, message: message.concat() })
    }

    /// Goes to a name; what comes back leads out again.
    fn enter(&mut self, name: &str) -> usize {
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        outer
    }

    fn enter_index(&mut self, index: usize) -> usize {
        let outer = self.path.len();
        self.path.push_str(&["[", &index.to_string(), "]"].concat());
        outer
    }

    fn leave(&mut self, outer: usize) {
        self.path.truncate(outer);
    }

    pub(super) fn within<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Compiled<T>,
    ) -> Compiled<T> {
        let outer = self.enter(name);
        let read = read(self)?;
        self.leave(outer);
        Ok(read)
    }

    pub(super) fn at<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<T> {
        let outer = self.enter_index(index);
        let read = read(self)?;
        self.leave(outer);
        Ok(read)
    }
}
