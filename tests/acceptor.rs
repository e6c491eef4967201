//! What an acceptor answers, byte by byte, over a real socket: every row of the table of
//! answers, from the first byte of a connection to its last.
//!
//! PS3.8 9.2 (Table 9-10, an acceptor's states), 9.3.4, 9.3.8. The peer is a bare socket and
//! its bytes are made by hand, so that no mistake can be on both sides.

mod support;

#[path = "acceptor/association.rs"]
mod association;
#[path = "acceptor/before.rs"]
mod before;
#[path = "acceptor/data.rs"]
mod data;
#[path = "acceptor/lies.rs"]
mod lies;
