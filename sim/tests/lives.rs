//! The simulation's own promises; `cargo xtask sim` lives many more seeds.

use daicho_sim::run;

#[test]
fn the_same_seed_is_the_same_life() {
    for seed in 0..6 {
        assert_eq!(run::seed(seed, false), run::seed(seed, false));
    }
}

#[test]
fn no_life_ends_wrong() {
    for seed in 0..60 {
        assert_eq!(run::seed(seed, false).violations, [""; 0], "seed {seed}");
    }
}
