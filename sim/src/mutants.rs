//! Faults put into the engine on purpose: each must be found, or the simulation is too weak.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use daicho_engine::mutant::Mutant;
use serde::Serialize;

use crate::run;

/// How a mutant fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hunt {
    /// The mutant.
    #[serde(serialize_with = "name")]
    pub mutant: Mutant,
    /// What the engine does wrong by it.
    pub what: &'static str,
    /// The seed of the first life that ended wrong by it; `None`: it survived.
    pub seed: Option<u64>,
    /// What was wrong.
    pub found: String,
    /// How many lives it took.
    pub lives: u64,
}

fn name<S: serde::Serializer>(mutant: &Mutant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{mutant:?}"))
}

/// The mutant with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<Mutant> {
    Mutant::ALL.iter().copied().find(|mutant| format!("{mutant:?}") == name)
}

/// Lives with a mutant until a life ends wrong, over so many seeds at most.
#[must_use]
pub fn hunt(mutant: Mutant, from: u64, seeds: u64) -> Hunt {
    let what = mutant.what().trim();
    for seed in from..from.saturating_add(seeds) {
        let outcome = run::with(Some(mutant), seed, false);
        if let Some(found) = outcome.violations.into_iter().next() {
            return Hunt { mutant, what, seed: Some(seed), found, lives: seed - from + 1 };
        }
    }
    Hunt { mutant, what, seed: None, found: String::new(), lives: seeds }
}

/// Hunts these mutants on all cores; the outcomes in the order of the mutants. `told` hears of each as
/// it ends.
pub fn hunt_all(mutants: &[Mutant], from: u64, seeds: u64, told: impl Fn(&Hunt) + Sync) -> Vec<Hunt> {
    let next = AtomicUsize::new(0);
    let hunts = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let hunt = hunt(*mutant, from, seeds);
                    told(&hunt);
                    hunts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(hunt);
                }
            });
        }
    });
    let mut hunts = hunts.into_inner().unwrap_or_default();
    hunts.sort_by_key(|hunt| mutants.iter().position(|mutant| *mutant == hunt.mutant));
    hunts
}
