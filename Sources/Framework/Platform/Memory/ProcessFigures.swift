internal import CPlatform
internal import Glibc

/// What the process has used of the machine; for a run, what it has computed since that began.
public struct ProcessFigures: Sendable, Hashable {
    /// Processor time outside of the system, in seconds.
    public var userSeconds = 0.0
    /// Processor time within the system, in seconds.
    public var systemSeconds = 0.0
    /// Memory in RAM now, in bytes.
    public var residentBytes = 0
    /// The most memory in RAM so far, in bytes.
    public var residentPeakBytes = 0
    /// What the program has of the allocator, in bytes.
    public var heapUsedBytes = 0
    /// What the allocator has ready, in bytes.
    public var heapFreeBytes = 0
    /// What the allocator has mapped piece by piece, for what is large, in bytes.
    public var heapMappedBytes = 0

    /// What it has used by now, since the process began.
    public static var now: ProcessFigures {
        var figures = ProcessFigures()
        var (user, system, peak) = (Int64(0), Int64(0), Int64(0))
        if sprocket_usage(&user, &system, &peak) == 0 {
            figures.userSeconds = Double(user) / 1e6
            figures.systemSeconds = Double(system) / 1e6
            // getrusage(2): in kilobytes of 1024 bytes.
            figures.residentPeakBytes = Int(peak) * 1024
        }
        figures.residentBytes = resident ?? 0
        figures.residentPeakBytes = max(figures.residentPeakBytes, figures.residentBytes)
        // mallinfo2(3): it counts in all arenas, `mallinfo` would do so in 32 bits.
        let heap = mallinfo2()
        figures.heapUsedBytes = Int(heap.uordblks)
        figures.heapFreeBytes = Int(heap.fordblks)
        figures.heapMappedBytes = Int(heap.hblkhd)
        return figures
    }

    /// These figures with the processor time that came behind others; memory is what it is.
    package func since(_ start: ProcessFigures) -> ProcessFigures {
        var figures = self
        figures.userSeconds = max(0, userSeconds - start.userSeconds)
        figures.systemSeconds = max(0, systemSeconds - start.systemSeconds)
        return figures
    }

    /// proc(5), `/proc/self/statm`: pages in all, then pages in RAM.
    private static var resident: Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let fields = bytes[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
