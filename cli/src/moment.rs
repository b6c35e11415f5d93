//! Moments for people: Japan's time in Japanese, as kintone and the views show it; UTC in English.

use daicho_core::instant::datetime_text;
use serde_json::Value;

use crate::Language;

/// Japan Standard Time has no summer time.
const JAPAN_SECONDS: i64 = 9 * 3_600;

/// A moment given in milliseconds since the Unix epoch; `-` where there is none.
pub(crate) fn at(milliseconds: &Value, lang: Language) -> String {
    let moment = milliseconds.as_i64().and_then(|at| {
        let seconds = at.div_euclid(1_000);
        match lang {
            Language::Ja => datetime_text(seconds.saturating_add(JAPAN_SECONDS)).map(|text| in_japan(&text)),
            Language::En => datetime_text(seconds),
        }
    });
    moment.unwrap_or_else(|| "-".to_owned())
}

fn in_japan(text: &str) -> String {
    let minutes = text.rsplit_once(':').map_or(text, |(minutes, _)| minutes);
    format!("{}（日本時間）", minutes.replace('-', "/").replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn japanese_shows_japans_time_and_english_utc() {
        let at = |moment: Value, lang| at(&moment, lang);
        assert_eq!(at(json!(1_795_305_600_000_i64), Language::Ja), "2026/11/22 09:00（日本時間）");
        assert_eq!(at(json!(1_795_305_600_000_i64), Language::En), "2026-11-22T00:00:00Z");
        assert_eq!(at(json!(null), Language::Ja), "-");
        assert_eq!(at(json!(i64::MAX), Language::Ja), "-");
    }
}
