internal import CPlatform
internal import Glibc

/// The resources that the process has used; for a run, processor time is counted from its start.
public struct ProcessFigures: Sendable, Hashable {
    /// Processor time in user mode, in seconds.
    public var userSeconds = 0.0
    /// Processor time in kernel mode, in seconds.
    public var systemSeconds = 0.0
    /// Current resident memory in bytes.
    public var residentBytes = 0
    /// Peak resident memory so far in bytes.
    public var residentPeakBytes = 0
    /// Memory that the program has allocated, in bytes.
    public var heapUsedBytes = 0
    /// Free memory that the allocator holds, in bytes.
    public var heapFreeBytes = 0
    /// Large allocations that the allocator has mapped individually, in bytes.
    public var heapMappedBytes = 0

    /// The use of resources since the process began.
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
        // mallinfo2(3) counts in all arenas; `mallinfo` would count in 32 bits.
        let heap = mallinfo2()
        figures.heapUsedBytes = Int(heap.uordblks)
        figures.heapFreeBytes = Int(heap.fordblks)
        figures.heapMappedBytes = Int(heap.hblkhd)
        return figures
    }

    /// The same values with the processor time since `start`; memory is unchanged.
    package func since(_ start: ProcessFigures) -> ProcessFigures {
        var figures = self
        figures.userSeconds = max(0, userSeconds - start.userSeconds)
        figures.systemSeconds = max(0, systemSeconds - start.systemSeconds)
        return figures
    }

    /// proc(5), `/proc/self/statm`: total pages, then resident pages.
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
