internal import Glibc

/// The three standard streams of the program.
enum StandardStreams {
    /// Opens those that are closed, so that no file of the run gets their numbers and receives what is printed.
    ///
    /// Standard output is opened for reading: a caller that closed it wants no output, and the exit code states that an
    /// answer could not be written.
    static func open() {
        for (stream, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)] where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number, which is this one.
            _ = Glibc.open("/dev/null", mode)
        }
    }
}
