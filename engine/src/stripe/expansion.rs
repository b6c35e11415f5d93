//! Properties that Stripe shows only when they are asked for.

use daicho_core::stripe::Kind;
use serde_json::{Value, json};

use crate::config::Active;

/// What a read asks for beside the object, with or without the discounts that it holds, as a query string from `?`
/// on; empty for most kinds. A coupon tells what it applies to only when asked, and a discount cannot be read by itself.
pub(super) fn query(kind: &Kind, discounts: bool) -> String {
    let properties: &[&str] = match kind {
        Kind::Coupon => &["applies_to"],
        Kind::Subscription if discounts => &["discounts", "items.data.discounts"],
        Kind::Invoice if discounts => &["discounts", "lines.data.discounts"],
        _ => &[],
    };
    let expanded: Vec<String> = properties.iter().map(|property| format!("expand[]={property}")).collect();
    if expanded.is_empty() { String::new() } else { format!("?{}", expanded.join("&")) }
}

/// The same for a page of a customer's list of such objects, from `&` on.
pub(super) fn list_query(kind: &Kind, discounts: bool) -> &'static str {
    match kind {
        _ if !discounts => "",
        Kind::Subscription => "&expand[]=data.discounts&expand[]=data.items.data.discounts",
        Kind::Invoice => "&expand[]=data.discounts&expand[]=data.lines.data.discounts",
        _ => "",
    }
}

/// The same for further pages of the lists within an object, from `&` on.
pub(super) fn page_query(kind: &Kind, active: &Active) -> &'static str {
    match kind {
        Kind::Subscription | Kind::Invoice if active.observes(&Kind::Discount) => "&expand[]=data.discounts",
        _ => "",
    }
}

/// Whether events do not show all of the object, so that it is always read.
pub(crate) fn is_only_read(kind: &Kind) -> bool {
    *kind == Kind::Coupon
}

/// Takes the discounts out of what was read, so that it is in the shape in which events carry it. A
/// discount that Stripe names and does not show stands for itself, without anything.
pub(super) fn take_discounts(object: &mut Value) -> Vec<Value> {
    let mut taken = Vec::new();
    take(object, &mut taken);
    for list in ["items", "lines"] {
        let elements = object.get_mut(list).and_then(|list| list.get_mut("data")?.as_array_mut());
        elements.into_iter().flatten().for_each(|element| take(element, &mut taken));
    }
    taken
}

/// Whether a discount was named only.
pub(super) fn is_bare(discount: &Value) -> bool {
    discount.as_object().is_some_and(|properties| properties.len() == 2)
}

fn take(holder: &mut Value, taken: &mut Vec<Value>) {
    let discounts = holder.get_mut("discounts").and_then(Value::as_array_mut);
    for discount in discounts.into_iter().flatten() {
        let id = match &*discount {
            Value::String(id) => {
                taken.push(json!({"id": id, "object": "discount"}));
                continue;
            }
            whole => whole.get("id").cloned().unwrap_or_default(),
        };
        taken.push(std::mem::replace(discount, id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_put_into_the_shape_of_events() {
        let discount = |id: &str| json!({"id": id, "object": "discount", "source": {"coupon": "cp"}});
        let mut read = json!({"id": "sub_1", "discounts": [discount("di_1"), "di_2"],
            "items": {"data": [{"id": "si_1", "discounts": [discount("di_3")]}, {"id": "si_2"}]}});
        let taken = take_discounts(&mut read);
        assert_eq!(taken, [discount("di_1"), json!({"id": "di_2", "object": "discount"}), discount("di_3")]);
        let shape = json!({"id": "sub_1", "discounts": ["di_1", "di_2"],
            "items": {"data": [{"id": "si_1", "discounts": ["di_3"]}, {"id": "si_2"}]}});
        assert_eq!(read, shape);
        assert_eq!(take_discounts(&mut json!({"id": "cus_1", "discount": {"id": "di_1"}})), [] as [Value; 0]);
    }
}
