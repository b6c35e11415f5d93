//! What keeps requests to kintone within bounds, as a person sees it.

use std::collections::BTreeMap;

use daicho_core::connections::Connections;
use daicho_core::validation::Text;
use serde::Serialize;

use crate::binding::Binding;
use crate::error::EngineError;
use crate::kintone::{address_key, breaker, budget};
use crate::port::{Millis, Query, SqlError};

/// An app's requests of today: a day begins at 09:00 in Japan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// Sent so far.
    pub today: i64,
    /// How many may be.
    pub share: i64,
    /// Milliseconds between two, where they are spread over the rest of the day.
    pub gap: Option<Millis>,
    /// Nothing is sent before; `None` where nothing stands in the way.
    pub until: Option<Millis>,
    /// What that means.
    pub text: Option<Text>,
}

/// A domain of kintone that does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Domain {
    /// Failures in a row, of all its apps.
    pub failures: i64,
    /// Nothing is sent before; then one request at a time, until one is answered.
    pub until: Millis,
    /// What that means.
    pub text: Text,
}

/// The requests of each app that is written to, or was asked today.
pub(super) fn requests(
    sql: &(impl Query + ?Sized),
    bindings: &[Binding],
    connections: Option<&Connections>,
    now: Millis,
) -> Result<BTreeMap<String, Requests>, EngineError> {
    let Some(connections) = connections else {
        return Ok(BTreeMap::new());
    };
    let of = |binding: &Binding| {
        let share = connections.daily_requests(&binding.address);
        let budget = budget::budget(sql, &binding.address, share, now)?;
        let requests = Requests {
            today: budget.used,
            share: budget.share,
            gap: budget.gap,
            until: (budget.until > now).then_some(budget.until),
            text: text(&budget),
        };
        Ok((address_key(&binding.address), requests))
    };
    bindings.iter().map(of).collect()
}

fn text(budget: &budget::Budget) -> Option<Text> {
    let share = budget.share;
    if budget.is_spent() {
        return Some(Text {
            ja: format!(
                "本日のリクエスト（{share}件まで）を使い切ったため、9:00まで書き込みを止めています。上限を変えるには、接続設定の daily_requests を直してください。"
            ),
            en: format!(
                "Today's {share} requests are used up: writing goes on at 09:00 in Japan. Change `daily_requests` in the connections for another limit."
            ),
        });
    }
    budget.gap.map(|gap| {
        let seconds = (gap + 999) / 1_000;
        Text {
            ja: format!(
                "本日のリクエスト（{share}件まで）を超えないように、{seconds}秒の間隔をあけて書き込んでいます。上限を変えるには、接続設定の daily_requests を直してください。"
            ),
            en: format!(
                "Requests are spread, {seconds} s apart, so that today takes no more than {share}. Change `daily_requests` in the connections for another limit."
            ),
        }
    })
}

/// The domains that are left alone.
pub(super) fn domains(sql: &(impl Query + ?Sized)) -> Result<BTreeMap<String, Domain>, SqlError> {
    let domains = breaker::open(sql)?.into_iter().map(|troubled| {
        let text = Text {
            ja: format!(
                "kintone（{}）から応答がないため、リクエストを止めています。自動で再開しますので、しばらくお待ちください。",
                troubled.domain
            ),
            en: format!(
                "{} does not answer, so nothing is sent. It is tried again by itself; nothing has to be done.",
                troubled.domain
            ),
        };
        (troubled.domain, Domain { failures: troubled.failures, until: troubled.until, text })
    });
    Ok(domains.collect())
}
