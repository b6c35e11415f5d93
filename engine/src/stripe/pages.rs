//! The rest of an object's embedded lists, of which Stripe sends the first page only.

use daicho_core::stripe::has_incomplete_list;
use daicho_core::tenant::TenantName;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::inbox::ordering::Window;
use crate::mutant::{self, Mutant};
use crate::port::{Clock, Http};
use crate::secret::Secret;
use crate::stripe::client::{self, Failure};

/// Pages of 100 that are followed for one object; beyond them it would not fit into a row either.
pub(super) const PAGES: usize = 30;

/// Completes every list in the object, with its elements expanded as the object's own (`expand`, which
/// begins with `&`, or nothing). Answers the object and the window widened by each page.
pub(crate) async fn complete(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    expand: &str,
    mut object: Value,
    mut window: Window,
) -> Result<(Value, Window), Failure> {
    for _ in 0..PAGES {
        let Some(list) = incomplete(&mut object) else {
            return Ok((object, window));
        };
        let path = next_page(list).ok_or(Failure::of_this_object("stripe_list_without_next_page"))?;
        let path = format!("{path}{expand}");
        let answer = client::get(world, tenant, key, &path).await?;
        let page = answer.json.ok_or(Failure::of_this_object("stripe_list_404"))?;
        append(list, page).ok_or(Failure::of_this_object("stripe_list_malformed"))?;
        window = window.and(answer.window);
    }
    if has_incomplete_list(&object) {
        return Err(Failure::of_this_object("stripe_list_too_long"));
    }
    Ok((object, window))
}

/// The first list, at any depth, of which more is to be had.
fn incomplete(value: &mut Value) -> Option<&mut Value> {
    if is_incomplete(value) {
        return Some(value);
    }
    match value {
        Value::Object(properties) => properties.values_mut().find_map(incomplete),
        Value::Array(items) => items.iter_mut().find_map(incomplete),
        _ => None,
    }
}

fn is_incomplete(value: &Value) -> bool {
    value.get("object").and_then(Value::as_str) == Some("list")
        && value.get("has_more") == Some(&Value::Bool(true))
}

/// The path of the page after the last item: a list names its own address.
fn next_page(list: &Value) -> Option<String> {
    let url = list.get("url")?.as_str().filter(|url| url.starts_with("/v1/"))?;
    let data = list.get("data")?.as_array()?;
    let last = if mutant::on(Mutant::RepeatPage) { data.first() } else { data.last() };
    let last = last?.get("id")?.as_str()?;
    let joint = if url.contains('?') { '&' } else { '?' };
    let last = utf8_percent_encode(last, NON_ALPHANUMERIC);
    Some(format!("{url}{joint}limit=100&starting_after={last}"))
}

fn append(list: &mut Value, mut page: Value) -> Option<()> {
    let more = page.get("has_more")?.as_bool()?;
    let items = page.get_mut("data")?.as_array_mut()?;
    list.get_mut("data")?.as_array_mut()?.append(items);
    *list.get_mut("has_more")? = Value::Bool(more);
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_next_page_begins_after_the_last_item() {
        let list = json!({"url": "/v1/invoices/in_1/lines", "data": [{"id": "il_1"}, {"id": "il_2"}]});
        assert_eq!(next_page(&list).unwrap(), "/v1/invoices/in_1/lines?limit=100&starting_after=il%5F2");
        let list = json!({"url": "/v1/subscription_items?subscription=sub_1", "data": [{"id": "si1"}]});
        assert_eq!(
            next_page(&list).unwrap(),
            "/v1/subscription_items?subscription=sub_1&limit=100&starting_after=si1"
        );
    }

    #[test]
    fn an_address_elsewhere_is_not_followed() {
        let list = json!({"url": "https://example.com/v1/x", "data": [{"id": "x"}]});
        assert_eq!(next_page(&list), None);
        assert_eq!(next_page(&json!({"url": "/v1/x", "data": []})), None);
    }
}
