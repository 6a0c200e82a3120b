//! The rulesets are embedded, so a change to one compiles the crate again.

fn main() {
    println!("cargo::rerun-if-changed=rulesets");
}
