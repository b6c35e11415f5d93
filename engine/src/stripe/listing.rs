//! Reading a customer's list: page by page, each object under the same rules as a read of its own.

use daicho_core::mapping::List;
use daicho_core::stripe::Kind;
use daicho_core::tenant::TenantName;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use super::client::{self, Failure};
use super::reading::{self, ID, Read};
use super::request::{self, Asked};
use super::{expansion, pages};
use crate::config::Active;
use crate::context;
use crate::error::EngineError;
use crate::inbox::ordering::Window;
use crate::mutant::{self, Mutant};
use crate::object;
use crate::port::{Clock, Http, Sql, Statements};
use crate::secret::Secret;

/// Pages of 100 that are read before others have their turn.
const PAGES: usize = 20;

/// One page: its objects, each with the window in which it was so, and whether more follow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) objects: Vec<(Value, Window)>,
    pub(crate) has_more: bool,
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
            Err(failure) => return refused(world, customer, name, after.is_some(), failure),
        };
        let stored = world.transaction(|tx| {
            for (object, window) in &page.objects {
                let id = id_of(object).unwrap_or_default();
                let read = Read { claimed: versions.get(id).copied(), window: *window };
                store(tx, active, &list.kind(), id, object, read)?;
            }
            let ids: Vec<&str> = page.objects.iter().filter_map(|(object, _)| id_of(object)).collect();
            context::place(tx, (customer, list), &ids, after.as_deref(), &versions, !page.has_more)?;
            turn(tx, active, asked, &page)
        });
        if stored.is_err() {
            return Ok(Err(Failure::of_this_object("object_not_storable")));
        }
        if !page.has_more {
            return Ok(Ok(()));
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

/// The list's reading has come past a page.
fn turn(tx: &dyn Statements, active: &Active, asked: &Asked, page: &Page) -> Result<(), EngineError> {
    let name = asked.object_id.as_str();
    let last = page.objects.last().and_then(|(object, _)| id_of(object));
    context::advance(tx, name, last.filter(|_| page.has_more))?;
    if !page.has_more {
        request::withdraw(tx, name)?;
        context::fan_out(tx, active, name)?;
    }
    Ok(())
}

/// A page that cannot be had: its predecessor may be gone since (a draft that was deleted), so the
/// reading begins anew. Of a customer that was deleted meanwhile nothing more is to be had.
fn refused(
    world: &impl Sql,
    customer: &str,
    name: &str,
    is_begun: bool,
    failure: Failure,
) -> Result<Result<(), Failure>, EngineError> {
    let is_gone = object::known(world, customer)?.is_some_and(|known| known.deleted);
    world.transaction(|tx| {
        if is_gone {
            request::withdraw(tx, name)?;
        } else if is_begun && !failure.meets_all {
            context::restart(tx, name)?;
        }
        Ok::<_, EngineError>(())
    })?;
    Ok(if is_gone { Ok(()) } else { Err(failure) })
}

fn path(customer: &str, list: List, after: Option<&str>) -> String {
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

/// Reads one page of a list of objects of this kind, at a path with a query.
pub(super) async fn page(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    active: &Active,
    path: &str,
    kind: &Kind,
) -> Result<Page, Failure> {
    let (expand, expand_within) = (expansion::list_query(kind, active), expansion::page_query(kind, active));
    let answer = client::get(world, tenant, key, &format!("{path}{expand}")).await?;
    let mut json = answer.json.ok_or_else(|| Failure::of_this_object("stripe_list_404"))?;
    let malformed = || Failure::of_this_object("stripe_list_malformed");
    let has_more = json.get("has_more").and_then(Value::as_bool).ok_or_else(malformed)?;
    let data = json.get_mut("data").and_then(Value::as_array_mut).ok_or_else(malformed)?;
    let mut objects = Vec::with_capacity(data.len());
    for object in std::mem::take(data) {
        // An embedded list is cut as anywhere else.
        objects.push(pages::complete(world, tenant, key, expand_within, object, answer.window).await?);
    }
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
