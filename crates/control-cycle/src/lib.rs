//! The main idea on one screen: one cycle from sensed to vetted command.
