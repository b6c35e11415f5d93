//! What becomes of the answers that a sweep of Stripe's lists brings.

use daicho_core::stripe::{Kind, has_incomplete_list};
use serde::Serialize;
use serde_json::{Value, json};

use super::lane::{self, Stepped};
use super::row::Row;
use super::sweep::{Sweep, Swept};
use crate::error::EngineError;
use crate::port::{Level, Statements, World};
use crate::stripe::{self, Page, Window};

/// What a job does with them.
pub(super) trait Takes {
    /// Where the job stands.
    type Body: Clone + Serialize + AsMut<Sweep>;
    /// What is found of an object that is taken in.
    type Found;

    /// Takes in a whole object of a kind, and changes nothing else: should it not be storable beside the others of
    /// its page, it is taken in once more by itself.
    fn take_in(
        &self,
        tx: &dyn Statements,
        body: &Self::Body,
        kind: &Kind,
        object: (&Value, Window),
    ) -> Result<Self::Found, EngineError>;

    /// Counts an object; `None`: it cannot be stored.
    fn count(
        &self,
        tx: &dyn Statements,
        body: &mut Self::Body,
        kind: &Kind,
        object: &Value,
        found: Option<Self::Found>,
    ) -> Result<(), EngineError>;

    /// Stripe answered, with a page or with one object that a page had cut, and what it brought is counted.
    fn answered(
        &self,
        _tx: &dyn Statements,
        _body: &mut Self::Body,
        _kind: &Kind,
        _page: Option<&Page>,
    ) -> Result<(), EngineError> {
        Ok(())
    }

    /// An object that a page had cut cannot be read, for a reason of its own.
    fn unread(
        &self,
        tx: &dyn Statements,
        body: &mut Self::Body,
        kind: &Kind,
        id: &str,
    ) -> Result<(), EngineError>;

    /// The list was not read where it should go on.
    fn back(&self, _body: &mut Self::Body, _kind: &Kind) {}
}

/// Keeps what one request brought, and where the job stands after it.
pub(super) fn settle<W: World, T: Takes>(
    world: &W,
    row: &Row,
    mut body: T::Body,
    (kind, swept): (&Kind, Swept),
    takes: &T,
) -> Result<Stepped, EngineError> {
    match swept {
        Swept::Page(page) => keep(world, row, &body, (kind, &page.objects), takes, |tx, body| {
            body.as_mut().turn(kind, &page);
            takes.answered(tx, body, kind, Some(&page))
        })?,
        Swept::Object(object) => keep(world, row, &body, (kind, object.as_slice()), takes, |tx, body| {
            body.as_mut().pass(kind);
            takes.answered(tx, body, kind, None)
        })?,
        Swept::Unread(id) => world.transaction(|tx| {
            takes.unread(tx, &mut body, kind, &id)?;
            body.as_mut().pass(kind);
            row.keep(tx, &body, world.now())
        })?,
        Swept::Back => {
            takes.back(&mut body, kind);
            world.transaction(|tx| row.keep(tx, &body, world.now()))?;
        }
        Swept::Failed(failure) => return Ok(Stepped::Deferred(failure)),
        Swept::Stop(code) => lane::fail(world, row, &body, code)?,
    }
    Ok(Stepped::Asked)
}

/// Takes in each whole object and counts it, turns the page, and keeps where the job stands: in one transaction.
/// Should that not be storable as a whole (an object of more than 2 MB), what can be is, and the others are
/// counted as `None`.
fn keep<W: World, T: Takes>(
    world: &W,
    row: &Row,
    body: &T::Body,
    (kind, objects): (&Kind, &[(Value, Window)]),
    takes: &T,
    turn: impl Fn(&dyn Statements, &mut T::Body) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    // What is cut is read by itself: an incomplete list is never stored.
    let objects = || objects.iter().filter(|(object, _)| !has_incomplete_list(object));
    let whole = world.transaction(|tx| {
        if !row.is_current(tx)? {
            return Ok(());
        }
        let mut body = body.clone();
        for (object, window) in objects() {
            #[cfg(feature = "provoke-panic")]
            crate::provoked::at("page", object);
            let found = takes.take_in(tx, &body, kind, (object, *window))?;
            takes.count(tx, &mut body, kind, object, Some(found))?;
        }
        turn(tx, &mut body)?;
        row.keep(tx, &body, world.now())
    });
    if whole.is_ok() {
        return whole;
    }
    let mut body = body.clone();
    for (object, window) in objects() {
        let found = world.transaction(|tx| takes.take_in(tx, &body, kind, (object, *window)));
        if found.is_err() {
            let fields = json!({ "object": stripe::id_of(object), "code": "object_not_storable" });
            world.line(Level::Error, "job_object", fields);
        }
        world.transaction(|tx| takes.count(tx, &mut body, kind, object, found.ok()))?;
    }
    world.transaction(|tx| {
        turn(tx, &mut body)?;
        row.keep(tx, &body, world.now())
    })
}
