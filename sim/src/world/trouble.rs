//! What goes wrong with requests.

use bytes::Bytes;
use daicho_engine::port::{Millis, Service};
use daicho_sandbox::faults;

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// It never arrives; the client learns it when its patience ends.
    LostBefore,
    /// It takes effect and its answer never arrives.
    LostAfter,
    /// Something in between answers, in the service's place.
    Answer(http::Response<Bytes>),
    /// It takes effect this much later.
    Late(Millis),
    /// Its answer takes this much longer.
    SlowAnswer(Millis),
}

/// How often what goes wrong, in requests of a thousand; by default nothing does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Lost, late or slow.
    pub lost: u16,
    /// Refused for a while: 429, 500, 503, GAIA_DA02, GAIA_RE18.
    pub refused: u16,
    /// Refused by the service's configuration: a key or a token that does not do.
    pub unauthorised: u16,
}

const KINTONE_REFUSES: [&str; 6] =
    ["kintone_429", "kintone_503_html", "kintone_500", "gaia_da02", "gaia_da02_520", "gaia_re18"];
const STRIPE_REFUSES: [&str; 4] = ["stripe_429", "stripe_500", "stripe_503", "stripe_409"];

impl Trouble {
    /// What goes wrong with the next request, if anything.
    pub(super) fn draw(self, chance: &mut fastrand::Rng, service: Service) -> Option<Fault> {
        let drawn = chance.u16(..1_000);
        let (lost, refused) = (self.lost, self.lost + self.refused);
        if drawn < lost {
            return Some(match chance.u8(..5) {
                0 => Fault::LostBefore,
                1 => Fault::LostAfter,
                2 => Fault::Late(chance.i64(30_000..90_000)),
                3 => Fault::Late(chance.i64(0..30_000)),
                _ => Fault::SlowAnswer(chance.i64(0..25_000)),
            });
        }
        if drawn < refused {
            let names: &[&str] = match service {
                Service::Kintone => &KINTONE_REFUSES,
                Service::Stripe => &STRIPE_REFUSES,
            };
            return Some(answer(names[chance.usize(..names.len())]));
        }
        if drawn < refused + self.unauthorised {
            return Some(answer(match service {
                Service::Kintone => "gaia_ia02",
                Service::Stripe => ["stripe_401", "stripe_403"][chance.usize(..2)],
            }));
        }
        None
    }
}

fn answer(preset: &str) -> Fault {
    let answer = faults::preset(preset).expect("the sandbox knows its own presets");
    Fault::Answer(answer.response().expect("a preset is an answer"))
}
