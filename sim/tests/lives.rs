//! The simulation's own promises; `cargo xtask sim` lives many more seeds.

use daicho_sim::run;

#[test]
fn the_same_seed_is_the_same_life() {
    for seed in 0..6 {
        assert_eq!(run::seed(seed, false), run::seed(seed, false));
    }
}

#[test]
fn a_life_is_the_same_whatever_was_lived_before_on_its_database() {
    let first = run::seed(3, false);
    for seed in 40..46 {
        run::seed(seed, false);
    }
    assert_eq!(run::seed(3, false), first);
}

#[test]
fn no_life_ends_wrong() {
    for seed in 0..60 {
        assert_eq!(run::seed(seed, false).violations, [""; 0], "seed {seed}");
    }
}
