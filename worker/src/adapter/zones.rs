//! Time zones from the runtime's own database, by `Intl.DateTimeFormat`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use daicho_engine::port::Zones;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::prelude::*;

/// Offsets are kept for a quarter of an hour: a zone changes its own at a full hour or half of one
/// (Australia/Lord_Howe), which in Greenwich's time is a full quarter everywhere.
const KEPT_S: i64 = 900;
/// Offsets that are kept; then it is begun anew. A mapping has few zones, and records few days.
const MOST: usize = 10_000;

#[wasm_bindgen]
extern "C" {
    type Format;

    // Throws a RangeError for a zone that is not known.
    #[wasm_bindgen(catch, constructor, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(locale: &str, options: &Object) -> Result<Format, JsValue>;

    // Throws a RangeError for a moment that is no date.
    #[wasm_bindgen(catch, method)]
    fn format(this: &Format, at: &Date) -> Result<String, JsValue>;
}

#[derive(Default)]
struct Known {
    /// `None`: there is no such zone.
    formats: BTreeMap<String, Option<Format>>,
    offsets: BTreeMap<(String, i64), Option<i32>>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The zones of the runtime.
#[derive(Debug, Clone, Copy)]
pub struct IntlZones;

impl Zones for IntlZones {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        offset_seconds(zone, unix_seconds)
    }
}

fn offset_seconds(zone: &str, unix_seconds: i64) -> Option<i32> {
    let quarter = unix_seconds.div_euclid(KEPT_S);
    KNOWN.with_borrow_mut(|known| {
        let key = (zone.to_owned(), quarter);
        if let Some(offset) = known.offsets.get(&key) {
            return *offset;
        }
        if known.offsets.len() >= MOST {
            *known = Known::default();
        }
        let format = known.formats.entry(key.0.clone()).or_insert_with(|| format_in(zone));
        let offset = format.as_ref().and_then(|format| offset_of(format, quarter * KEPT_S));
        known.offsets.insert(key, offset);
        offset
    })
}

fn format_in(zone: &str) -> Option<Format> {
    if zone.is_empty() {
        // To `Intl` that is no zone given: it would take the runtime's.
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
    Reflect::set(&options, &"timeZoneName".into(), &"longOffset".into()).ok()?;
    Format::new("en-US", &options).ok()
}

#[expect(clippy::cast_precision_loss, reason = "a date beyond 2^53 ms is none")]
fn offset_of(format: &Format, unix_seconds: i64) -> Option<i32> {
    let at = Date::new(&JsValue::from_f64(unix_seconds as f64 * 1_000.0));
    read(&format.format(&at).ok()?)
}

/// The offset in a text such as `11/22/2026, GMT-03:30`; Greenwich itself is `GMT` alone.
fn read(text: &str) -> Option<i32> {
    let (_, offset) = text.rsplit_once("GMT")?;
    let mut rest = offset.chars();
    let sign = match rest.next() {
        None => return Some(0),
        Some('+') => 1,
        Some('-' | '\u{2212}') => -1,
        Some(_) => return None,
    };
    let mut seconds = 0;
    let parts = rest.as_str().split(':');
    for (part, unit) in parts.zip([3_600, 60, 1]) {
        seconds += part.parse::<i32>().ok()? * unit;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_offset_is_read_from_the_runtimes_words() {
        for (text, offset) in [
            ("11/22/2026, GMT+09:00", Some(32_400)),
            ("1/1/2026, GMT-03:30", Some(-12_600)),
            ("1/1/1880, GMT+09:18:59", Some(33_539)),
            ("1/1/2026, GMT", Some(0)),
            ("1/1/2026, JST", None),
            ("1/1/2026, GMT+x", None),
        ] {
            assert_eq!(read(text), offset, "{text}");
        }
    }
}
