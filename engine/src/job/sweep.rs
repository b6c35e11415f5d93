//! Going through Stripe's lists of all objects, page by page.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::stripe::{Kind, has_incomplete_list};
use daicho_core::tenant::TenantName;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Active;
use crate::error::EngineError;
use crate::port::{Clock, Http, Sql};
use crate::secret::Secret;
use crate::stripe::{self, Failure, Judged, OTHER_MODE, Page, Proof, Window};

/// Objects of the last page to which the reading can go back, should those after them be gone.
const TRAIL: usize = 10;
/// How often a list is begun anew before it is given up.
const RESTARTS: u32 = 5;

/// Where the reading stands, and what it saw. Bounded: there are three kinds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Sweep {
    /// Kinds whose lists were read to their end.
    done: BTreeSet<String>,
    /// The last objects of the page before, the very last at the end. Empty: the list is at its beginning.
    trail: Vec<String>,
    restarts: u32,
    /// Objects of the page before that are still to be read by themselves, since the list cut them, by kind.
    cut: BTreeMap<String, Vec<String>>,
    /// What was seen, by kind.
    pub(super) seen: BTreeMap<String, Seen>,
}

/// What was seen of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Pages of up to 100 objects.
    pub pages: u64,
    /// Objects in them.
    pub objects: u64,
    /// Of these: nothing was known of them.
    pub new: u64,
    /// Of these: they were known in an older state.
    pub stale: u64,
    /// Of these: they cannot be stored, for example for their size (2 MB).
    pub unstorable: u64,
    /// Whether the list was read to its end.
    pub complete: bool,
}

/// What a step of reading came to. Nothing is stored yet.
pub(super) enum Swept {
    /// A page. Those of its objects whose lists it cuts come each by itself.
    Page(Page),
    /// One that was cut, whole; `None`: it is gone.
    Object(Option<(Value, Window)>),
    /// One that was cut, which cannot be read for a reason of its own.
    Unread(String),
    /// The page before may have ended with an object that is gone since: the reading goes back.
    Back,
    /// It failed for now.
    Failed(Failure),
    /// It cannot go on, for this reason.
    Stop(&'static str),
}

impl Swept {
    /// A failure that has nothing to do with the place where the reading stands. A key of the other mode stays one.
    fn of_all(failure: Failure) -> Self {
        if failure.code == OTHER_MODE { Self::Stop(OTHER_MODE) } else { Self::Failed(failure) }
    }
}

impl Sweep {
    /// The kind whose list is read next; `None`: all that the mapping takes are read.
    pub(super) fn kind(&self, active: &Active) -> Option<Kind> {
        let kinds = [Kind::Customer, Kind::Subscription, Kind::Invoice].into_iter();
        self.next(kinds.filter(|kind| active.uses(kind)))
    }

    /// The first of these kinds whose list was not read to its end, or not all of its objects.
    pub(super) fn next(&self, mut kinds: impl Iterator<Item = Kind>) -> Option<Kind> {
        kinds.find(|kind| !self.done.contains(kind.as_str()) || self.cut.contains_key(kind.as_str()))
    }

    /// Asks Stripe for what comes next of the kind.
    pub(super) async fn ask(
        &mut self,
        world: &(impl Sql + Http + Clock),
        tenant: &TenantName,
        key: Result<Secret, &'static str>,
        active: &Active,
        kind: &Kind,
    ) -> Result<Swept, EngineError> {
        let key = match key {
            Ok(key) => key,
            Err(code) => return Ok(Swept::Failed(Failure::of_all(code))),
        };
        match stripe::prove_once(world, tenant, &key).await? {
            Ok(Proof::Own | Proof::Unknown) => {}
            Ok(Proof::Other) => return Ok(Swept::Stop("stripe_key_other_account")),
            Err(failure) => return Ok(Swept::of_all(failure)),
        }
        if let Some(id) = self.cut.get(kind.as_str()).and_then(|cut| cut.last()) {
            return Ok(match stripe::object(world, tenant, &key, active, kind, id).await {
                Ok(object) => Swept::Object(object),
                Err(failure) if failure.meets_all => Swept::of_all(failure),
                Err(_) => Swept::Unread(id.clone()),
            });
        }
        let after = self.trail.last().map(String::as_str);
        match stripe::page(world, tenant, &key, active, kind, after).await {
            Ok(page) => Ok(Swept::Page(page)),
            Err(failure) => Ok(self.refused(kind, failure)),
        }
    }

    /// A page that cannot be had: its predecessor may be gone since, as a draft that was deleted.
    fn refused(&mut self, kind: &Kind, failure: Failure) -> Swept {
        let may_be_gone = matches!(failure.code.as_str(), "stripe_400" | "stripe_list_404");
        if !may_be_gone || self.trail.is_empty() {
            return Swept::of_all(failure);
        }
        self.trail.pop();
        if self.trail.is_empty() {
            // From the beginning: what was counted is counted again.
            self.restarts += 1;
            self.seen.remove(kind.as_str());
        }
        if self.restarts > RESTARTS { Swept::Stop("stripe_list_moves") } else { Swept::Back }
    }

    /// It goes on after having stood still: a list that moved may have come to rest.
    pub(super) fn go_on(&mut self) {
        self.restarts = 0;
    }

    /// Whether the kind's list was read to its end.
    pub(super) fn is_done(&self, kind: &str) -> bool {
        self.done.contains(kind)
    }

    /// Whether the list is read from its beginning next.
    pub(super) fn is_at_beginning(&self) -> bool {
        self.trail.is_empty()
    }

    /// Counts an object of a page.
    pub(super) fn count(&mut self, kind: &Kind, judged: Option<Judged>) {
        let seen = self.seen.entry(kind.as_str().to_owned()).or_default();
        seen.objects += 1;
        match judged {
            Some(Judged::New(_)) => seen.new += 1,
            Some(Judged::Stale(_)) => seen.stale += 1,
            None => seen.unstorable += 1,
            Some(_) => {}
        }
    }

    /// An object that was cut is done with.
    pub(super) fn pass(&mut self, kind: &Kind) {
        let Some(cut) = self.cut.get_mut(kind.as_str()) else {
            return;
        };
        cut.pop();
        if cut.is_empty() {
            self.cut.remove(kind.as_str());
        }
    }

    /// Turns a page whose whole objects were taken in.
    pub(super) fn turn(&mut self, kind: &Kind, page: &Page) {
        let seen = self.seen.entry(kind.as_str().to_owned()).or_default();
        seen.pages += 1;
        seen.complete = !page.has_more;
        let cut = page.objects.iter().rev().filter(|(object, _)| has_incomplete_list(object));
        let cut: Vec<String> = cut.map(|(object, _)| stripe::id_of(object).to_owned()).collect();
        if !cut.is_empty() {
            self.cut.insert(kind.as_str().to_owned(), cut);
        }
        self.trail.clear();
        if page.has_more {
            let last = page.objects.len().saturating_sub(TRAIL);
            self.trail
                .extend(page.objects[last..].iter().map(|(object, _)| stripe::id_of(object).to_owned()));
        } else {
            self.restarts = 0;
            self.done.insert(kind.as_str().to_owned());
        }
    }
}
