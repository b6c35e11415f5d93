//! Reading a customer's list: page by page, each object under the same rules as a read of its own.

use daicho_core::mapping::List;
use daicho_core::stripe::{Kind, has_incomplete_list};
use daicho_core::tenant::TenantName;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use super::client::{self, Failure};
use super::expansion;
use super::proof::{self, Proof};
use super::reading::{self, ID, Read, Shown};
use super::request::{self, Asked};
use crate::config::Active;
use crate::context;
use crate::error::EngineError;
use crate::inbox::ordering::Window;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Clock, Http, Sql, Statements};
use crate::secret::Secret;

/// Pages of 100 that are read before others have their turn. An object that the list cuts is read by itself and
/// ends the turn: with the pages of its own lists ([`super::pages::PAGES`]) that is 46 requests at most, within
/// what one run may make on Cloudflare's free plan ("Workers: Limits", Subrequests).
const PAGES: usize = 15;

/// One page: its objects as the list shows them, each with the window in which it was so, and whether more
/// follow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) objects: Vec<(Value, Window)>,
    pub(crate) has_more: bool,
}

/// What of a page is stored at once: its objects up to the first that the list cut, or that one by itself.
struct Stretch {
    /// The object before them.
    after: Option<String>,
    objects: Vec<(Value, Window)>,
    /// The last of them, from which the reading goes on.
    last: Option<String>,
    /// The one after them is cut.
    cut: Option<String>,
    /// Whether any follow.
    has_more: bool,
}

impl Stretch {
    fn of(page: Page, after: Option<String>) -> Self {
        let Page { mut objects, has_more } = page;
        let first = objects.iter().position(|(object, _)| has_incomplete_list(object));
        let cut = first.and_then(|first| objects.get(first)).and_then(|(object, _)| id_of(object));
        let cut = cut.map(str::to_owned);
        let is_last_cut = first.is_some_and(|first| first + 1 == objects.len());
        let has_more = match first {
            // Itself, or what follows it.
            Some(0) => has_more || !is_last_cut,
            Some(_) => true,
            None => has_more,
        };
        if let Some(first) = first {
            objects.truncate(first);
        }
        let last = objects.last().and_then(|(object, _)| id_of(object)).map(str::to_owned);
        Self { after, objects, last, cut, has_more }
    }

    /// Reads the object that the list cut. One that is gone meanwhile is passed by.
    async fn read_cut(
        &mut self,
        world: &(impl Http + Clock),
        (tenant, key, active): (&TenantName, &Secret, &Active),
        kind: &Kind,
    ) -> Result<(), Failure> {
        let Some(id) = self.cut.take() else {
            return Ok(());
        };
        if let (Shown::Whole(object), window) = reading::show(world, tenant, key, active, (kind, &id)).await?
        {
            self.objects.push((object, window));
        }
        self.last = Some(id);
        Ok(())
    }
}

/// Reads on where the list's reading stands, to its end or for a while.
pub(super) async fn read(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    asked: &Asked,
    (customer, list): (&str, List),
) -> Result<Result<(), Failure>, EngineError> {
    let name = asked.object_id.as_str();
    let versions = context::versions(world, customer, list)?;
    for _ in 0..PAGES {
        let after = context::after(world, name)?;
        let path = path(customer, list, after.as_deref());
        let page = match page(world, tenant, key, active, &path, &list.kind()).await {
            Ok(page) => page,
            Err(failure) => return refused(world, active, customer, (name, after.is_some()), failure),
        };
        if after.is_none() && page.objects.is_empty() {
            // With a key of another account every list of our customers is empty.
            match proof::prove_once(world, tenant, key).await? {
                Ok(Proof::Own) => {}
                Ok(Proof::Other | Proof::Unknown) => return Ok(Err(Failure::of_this_object(proof::OTHER))),
                Err(failure) => return Ok(Err(failure)),
            }
        }
        let mut stretch = Stretch::of(page, after);
        let is_cut = stretch.objects.is_empty() && stretch.cut.is_some();
        if is_cut && let Err(failure) = stretch.read_cut(world, (tenant, key, active), &list.kind()).await {
            return refused(world, active, customer, (name, stretch.after.is_some()), failure);
        }
        let stored = world.transaction(|tx| {
            for (object, window) in &stretch.objects {
                let id = id_of(object).unwrap_or_default();
                let read = Read { claimed: versions.get(id).copied(), window: *window };
                store(tx, active, &list.kind(), id, object, read)?;
            }
            let ids: Vec<&str> = stretch.objects.iter().filter_map(|(object, _)| id_of(object)).collect();
            let after = stretch.after.as_deref();
            context::place(tx, (customer, list), &ids, after, &versions, !stretch.has_more)?;
            turn(tx, active, asked, &stretch)
        });
        if stored.is_err() {
            return Ok(Err(Failure::of_this_object("object_not_storable")));
        }
        if !stretch.has_more {
            return Ok(Ok(()));
        }
        if is_cut {
            break;
        }
    }
    // Due at once, from where it stands now.
    world.transaction(|tx| request::again(tx, name))?;
    Ok(Ok(()))
}

fn id_of(object: &Value) -> Option<&str> {
    object.get("id")?.as_str()
}

fn store(
    tx: &dyn Statements,
    active: &Active,
    kind: &Kind,
    id: &str,
    object: &Value,
    read: Read,
) -> Result<(), EngineError> {
    let mut object = object.clone();
    reading::store_discounts(tx, active, &mut object, read.window)?;
    match reading::apply(tx, active, kind, id, &object, read)? {
        reading::Applied::Undecided => Ok(request::ask(tx, kind, id)?),
        reading::Applied::Kept | reading::Applied::Known => Ok(()),
    }
}

/// The list's reading has come past a stretch.
fn turn(tx: &dyn Statements, active: &Active, asked: &Asked, stretch: &Stretch) -> Result<(), EngineError> {
    let name = asked.object_id.as_str();
    context::advance(tx, name, stretch.last.as_deref().filter(|_| stretch.has_more))?;
    if !stretch.has_more {
        request::withdraw(tx, name)?;
        context::fan_out(tx, active, name)?;
    }
    Ok(())
}

/// A page that cannot be had: its predecessor may be gone since (a draft that was deleted), so the
/// reading begins anew. Of a customer that was deleted meanwhile nothing more is to be had.
fn refused(
    world: &impl Sql,
    active: &Active,
    customer: &str,
    (name, is_begun): (&str, bool),
    failure: Failure,
) -> Result<Result<(), Failure>, EngineError> {
    let known = object::known(world, customer)?;
    let is_gone = known.as_ref().is_some_and(|known| known.deleted);
    world.transaction(|tx| {
        if is_gone {
            request::withdraw(tx, name)?;
            context::fan_out(tx, active, name)?;
        } else if !failure.meets_all {
            if is_begun {
                context::restart(tx, name)?;
            }
            if known.is_none() {
                // It may have been deleted before anything was known of it.
                request::ask_once(tx, &Kind::Customer, customer)?;
            }
        }
        Ok::<_, EngineError>(())
    })?;
    Ok(if is_gone { Ok(()) } else { Err(failure) })
}

pub(super) fn path(customer: &str, list: List, after: Option<&str>) -> String {
    let customer = utf8_percent_encode(customer, ID);
    let from = match list {
        List::Subscriptions => format!("/v1/subscriptions?customer={customer}&status=all&limit=100"),
        List::Invoices => format!("/v1/invoices?customer={customer}&limit=100"),
        List::Charges => format!("/v1/charges?customer={customer}&limit=100"),
        List::TaxIds => format!("/v1/customers/{customer}/tax_ids?limit=100"),
    };
    match after {
        Some(last) => format!("{from}&starting_after={}", utf8_percent_encode(last, ID)),
        None => from,
    }
}

/// Reads one page of a list of objects of this kind, at a path with a query. The lists embedded in its objects
/// are cut as anywhere else: one request has no bound on what it would take to complete a hundred of them.
pub(super) async fn page(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    path: &str,
    kind: &Kind,
) -> Result<Page, Failure> {
    let expand = expansion::list_query(kind, active.observes(&Kind::Discount));
    let answer = client::get(world, tenant, key, &format!("{path}{expand}")).await?;
    let window = answer.window;
    let mut json = answer.json.ok_or_else(|| Failure::of_this_object("stripe_list_404"))?;
    let malformed = || Failure::of_this_object("stripe_list_malformed");
    let has_more = json.get("has_more").and_then(Value::as_bool).ok_or_else(malformed)?;
    let data = json.get_mut("data").and_then(Value::as_array_mut).ok_or_else(malformed)?;
    let objects: Vec<_> = std::mem::take(data).into_iter().map(|object| (object, window)).collect();
    if has_more && objects.is_empty() {
        return Err(malformed());
    }
    Ok(Page { objects, has_more: has_more && !mutant::on(Mutant::CompleteListEarly) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancelled_subscriptions_are_listed_too() {
        assert_eq!(
            path("cus_1", List::Subscriptions, None),
            "/v1/subscriptions?customer=cus_1&status=all&limit=100"
        );
        assert_eq!(
            path("cus_1", List::TaxIds, Some("txi_9")),
            "/v1/customers/cus_1/tax_ids?limit=100&starting_after=txi_9"
        );
    }
}
