internal import CPlatform
internal import Glibc

/// The resources that the process has used; for a run, processor time is counted from its start.
public struct ProcessResources: Sendable, Hashable {
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
    public static var now: ProcessResources {
        var resources = ProcessResources()
        var (user, system, peak) = (Int64(0), Int64(0), Int64(0))
        if sprocket_usage(&user, &system, &peak) == 0 {
            resources.userSeconds = Double(user) / 1e6
            resources.systemSeconds = Double(system) / 1e6
            // getrusage(2): in kilobytes of 1024 bytes.
            resources.residentPeakBytes = Int(peak) * 1024
        }
        resources.residentBytes = resident ?? 0
        resources.residentPeakBytes = max(resources.residentPeakBytes, resources.residentBytes)
        // mallinfo2(3) counts in all arenas; `mallinfo` would count in 32 bits.
        let heap = mallinfo2()
        resources.heapUsedBytes = Int(heap.uordblks)
        resources.heapFreeBytes = Int(heap.fordblks)
        resources.heapMappedBytes = Int(heap.hblkhd)
        return resources
    }

    /// The same values with the processor time since `start`; memory is unchanged.
    package func since(_ start: ProcessResources) -> ProcessResources {
        var resources = self
        resources.userSeconds = max(0, userSeconds - start.userSeconds)
        resources.systemSeconds = max(0, systemSeconds - start.systemSeconds)
        return resources
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
