//! Whether an event matches, with array consistency: for every array one element is chosen, and all
//! fields are looked for in the chosen elements. The choice is made on the way down, array by array,
//! so that elements are never combined with those of another array.

use std::cell::Cell;

use super::event::Node;
use super::pattern::{Field, Pattern};

/// How many nodes one matching may look at. A Stripe object has some thousands; more than this needs
/// an event made for it.
const MOST_STEPS: u32 = 2_000_000;

/// What is wanted of a node.
#[derive(Clone, Copy)]
struct Want<'p> {
    field: &'p Field,
    /// How many of the path's names lead to the node.
    depth: usize,
    how: How,
}

/// How a field is to be satisfied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// By a value that passes, or by absence if the field allows it.
    Either,
    /// By a value that passes.
    Present,
    /// By absence, which the field allows.
    Absent,
}

pub(super) fn matches(pattern: &Pattern, root: &Node) -> bool {
    let search = Search { left: Cell::new(MOST_STEPS) };
    pattern.alternatives.iter().any(|alternative| {
        let wants: Vec<Want<'_>> = alternative
            .iter()
            .map(|index| Want { field: &pattern.fields[*index], depth: 0, how: How::Either })
            .collect();
        search.satisfied(root, &wants)
    })
}

struct Search {
    left: Cell<u32>,
}

/// Where below a node a value may be: beside its arrays, or in one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Here,
    Array(usize),
}

impl Search {
    /// Counts a step; `false` if there is none left.
    fn step(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    fn satisfied(&self, node: &Node, wants: &[Want<'_>]) -> bool {
        let mut sources = Vec::with_capacity(wants.len());
        for want in wants {
            if !self.step() {
                return false;
            }
            let found = self.sources(node, *want);
            if found.is_empty() {
                if want.how == How::Present || !want.field.may_be_absent {
                    return false;
                }
                continue;
            }
            sources.push((*want, found));
        }
        self.assign(node, &sources, &mut vec![Vec::new(); node.arrays.len() + 1])
    }

    /// Where values of a field are, passing or not.
    fn sources(&self, node: &Node, want: Want<'_>) -> Vec<Source> {
        let mut sources = Vec::new();
        let steps = &want.field.steps[want.depth..];
        if self.holds_here(node, steps) {
            sources.push(Source::Here);
        }
        for (index, elements) in node.arrays.iter().enumerate() {
            if elements.iter().any(|element| self.holds(element, steps)) {
                sources.push(Source::Array(index));
            }
        }
        sources
    }

    fn holds(&self, node: &Node, steps: &[String]) -> bool {
        self.step()
            && (self.holds_here(node, steps)
                || node.arrays.iter().flatten().any(|element| self.holds(element, steps)))
    }

    fn holds_here(&self, node: &Node, steps: &[String]) -> bool {
        match steps {
            [] => !node.leaves.is_empty(),
            [name, rest @ ..] => node.fields.get(name).is_some_and(|node| self.holds(node, rest)),
        }
    }

    /// Gives each want to the source that is to satisfy it. Nearly always there is one; only a value
    /// beside an array within an array, or a dotted name beside an array, makes a choice.
    fn assign<'p>(
        &self,
        node: &Node,
        open: &[(Want<'p>, Vec<Source>)],
        given: &mut Vec<Vec<Want<'p>>>,
    ) -> bool {
        let Some(((want, sources), open)) = open.split_first() else {
            return self.all_satisfied(node, given);
        };
        if !self.step() {
            return false;
        }
        let slot = |source: Source| match source {
            Source::Here => 0,
            Source::Array(index) => index + 1,
        };
        if let [only] = sources.as_slice() {
            given[slot(*only)].push(*want);
            let satisfied = self.assign(node, open, given);
            given[slot(*only)].pop();
            return satisfied;
        }
        if want.how != How::Absent {
            for source in sources {
                given[slot(*source)].push(Want { how: How::Present, ..*want });
                let satisfied = self.assign(node, open, given);
                given[slot(*source)].pop();
                if satisfied {
                    return true;
                }
            }
        }
        if want.how == How::Present || !want.field.may_be_absent {
            return false;
        }
        for source in sources {
            given[slot(*source)].push(Want { how: How::Absent, ..*want });
        }
        let satisfied = self.assign(node, open, given);
        for source in sources {
            given[slot(*source)].pop();
        }
        satisfied
    }

    fn all_satisfied(&self, node: &Node, given: &[Vec<Want<'_>>]) -> bool {
        let Some((here, in_arrays)) = given.split_first() else { return true };
        self.satisfied_here(node, here)
            && node.arrays.iter().zip(in_arrays).all(|(elements, wants)| self.satisfied_in(elements, wants))
    }

    /// By the node's own values and fields.
    fn satisfied_here(&self, node: &Node, wants: &[Want<'_>]) -> bool {
        let mut below: Vec<(&str, Vec<Want<'_>>)> = Vec::new();
        for want in wants {
            let Some(name) = want.field.steps.get(want.depth) else {
                let passes =
                    node.leaves.iter().any(|leaf| want.field.tests.iter().any(|test| test.passes(leaf)));
                if want.how == How::Absent || !passes {
                    return false;
                }
                continue;
            };
            let want = Want { depth: want.depth + 1, ..*want };
            match below.iter_mut().find(|(other, _)| other == name) {
                Some((_, wants)) => wants.push(want),
                None => below.push((name, vec![want])),
            }
        }
        let mut below = below.iter();
        below.all(|(name, wants)| node.fields.get(name).is_some_and(|node| self.satisfied(node, wants)))
    }

    /// By one element of an array that holds a value of each want. The first can therefore not be
    /// absent: nothing was chosen yet that would leave its values out. The others may be absent from
    /// the element that it chooses.
    fn satisfied_in(&self, elements: &[Node], wants: &[Want<'_>]) -> bool {
        let Some((first, rest)) = wants.split_first() else { return true };
        if first.how == How::Absent {
            return false;
        }
        let mut wants = vec![Want { how: How::Present, ..*first }];
        wants.extend_from_slice(rest);
        elements.iter().any(|element| self.satisfied(element, &wants))
    }
}
