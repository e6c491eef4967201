//! Compiles `cpp/` and cxx's glue, when the feature `cpp` is on. Nothing else is built here: the shared library and the
//! programs are CMake's.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "cpp")]
    cpp::build();
}

#[cfg(feature = "cpp")]
mod cpp {
    use std::path::PathBuf;

    /// The one Rust file that names C++.
    const BRIDGE: &str = "src/bridge/ffi.rs";

    pub(super) fn build() {
        for watched in [BRIDGE, "cpp", "include"] {
            println!("cargo::rerun-if-changed={watched}");
        }
        let mut build = cxx_build::bridge(BRIDGE);
        build
            .files(sources())
            .include("include")
            .include("cpp")
            .std("c++17")
            // LDICOMNET_API marks what the shared library shows; all else, the glue included, stays inside.
            .flag_if_supported("-fvisibility=hidden")
            .flag_if_supported("-fvisibility-inlines-hidden")
            .define("LDICOMNET_BUILDING", None)
            .extra_warnings(true)
            .compile("ldicomnet_cpp");
    }

    /// Every source of `cpp/`, in the same order on every machine.
    fn sources() -> Vec<PathBuf> {
        let entries = std::fs::read_dir("cpp").expect("cpp/ is part of the crate");
        let mut sources: Vec<PathBuf> = entries
            .map(|entry| entry.expect("cpp/ can be read").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "cpp"))
            .collect();
        sources.sort();
        sources
    }
}
