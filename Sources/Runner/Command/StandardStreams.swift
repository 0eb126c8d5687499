internal import Glibc

/// The three streams that a program is started with.
enum StandardStreams {
    /// Opens those that are closed, so that no file of the run gets their numbers and what is printed.
    ///
    /// Standard output is opened for reading: who closed it wants nothing printed, and the exit code says that an answer
    /// could not be written.
    static func open() {
        for (stream, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] where fcntl(stream, F_GETFD) == -1 {
            // The lowest number that is free, which is this one.
            _ = Glibc.open("/dev/null", mode)
        }
    }
}
