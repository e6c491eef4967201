//! Data sets: what is read is what was written, in every transfer syntax, and what is wrong costs nothing
//! but itself. Bytes are made by hand wherever the library's own could hide a mistake on both sides.

#![allow(unsafe_code)]

#[path = "dataset/allocations.rs"]
mod allocations;
#[path = "dataset/bad_input.rs"]
mod bad_input;
#[path = "dataset/bytes.rs"]
mod bytes;
#[path = "dataset/compressed.rs"]
mod compressed;
#[path = "dataset/copy.rs"]
mod copy;
#[path = "dataset/directory.rs"]
mod directory;
#[path = "dataset/edit.rs"]
mod edit;
#[path = "dataset/files.rs"]
mod files;
#[path = "dataset/golden.rs"]
mod golden;
#[path = "dataset/jpeg_xl.rs"]
mod jpeg_xl;
#[path = "dataset/navigate.rs"]
mod navigate;
#[path = "dataset/pixels.rs"]
mod pixels;
#[path = "dataset/properties.rs"]
mod properties;
#[path = "dataset/read.rs"]
mod read;
#[path = "dataset/text.rs"]
mod text;
