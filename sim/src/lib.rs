//! Whole lives of the engine: its own code and its own SQL, the sandbox's Stripe and kintone as state
//! machines, a virtual clock, and seeded randomness. In a life everything happens that may: events
//! come twice, late and in any order, requests are lost before or after they took effect or land
//! late, services refuse, memory is lost between any two steps, handlers interleave at every await,
//! and people edit records meanwhile. Afterwards kintone must hold what the mapping makes of
//! Stripe's last state.
//!
//! The same seed is the same life. [`run::seed`] lives one; the program lives many and prints, for
//! each that ended wrong, the line that lives it again.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a life that cannot go on as the simulation meant it to is a fault of the simulation"
)]

pub mod apps;
pub mod documents;
pub mod life;
pub mod merchant;
pub mod mutants;
pub mod operator;
pub mod people;
pub mod plan;
pub mod run;
mod shop;
pub mod stage;
pub mod verdict;
pub mod world;
