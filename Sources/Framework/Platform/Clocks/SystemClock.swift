internal import CPlatform

/// The clocks of the system.
///
/// All other code uses the `TimeSource` or `WallClock` that it was given, except where none is available, such as in
/// the file of a lock.
package enum SystemClock {
    /// The time of day, in nanoseconds since 1970-01-01T00:00:00Z.
    package static var nanoseconds: Int64 { sprocket_nanoseconds(CLOCK_REALTIME) }

    /// The time of day, in whole seconds since 1970-01-01T00:00:00Z.
    package static var seconds: Int64 { nanoseconds / 1_000_000_000 }

    /// The time since the machine started, in nanoseconds; also while it sleeps.
    package static var sinceBoot: Int64 { sprocket_nanoseconds(CLOCK_BOOTTIME) }
}
