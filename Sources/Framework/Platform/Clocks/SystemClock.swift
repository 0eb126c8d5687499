internal import CPlatform

/// The clocks of the system.
package enum SystemClock {
    /// The time of day, in nanoseconds since 1970-01-01T00:00:00Z.
    package static var timeOfDay: Int64 { sprocket_nanoseconds(CLOCK_REALTIME) }

    /// The time since the machine started, in nanoseconds; goes on while it sleeps.
    package static var sinceBoot: Int64 { sprocket_nanoseconds(CLOCK_BOOTTIME) }
}
