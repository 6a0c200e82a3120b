//! Rebuilds the crate when a ruleset changes, because the rulesets are embedded.

fn main() {
    println!("cargo::rerun-if-changed=rulesets");
}
