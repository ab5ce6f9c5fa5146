<?php

use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\Process\Process;
use Symfony\Component\Routing\Attribute\Route;

class ToolsController
{
    private const COMMANDS = ['uptime' => 'uptime', 'disk' => 'df -h'];

    #[Route('/ping', methods: ['POST'])]
    public function ping(Request $request): JsonResponse
    {
        $host = trim($request->request->get('host', 'localhost'));
        exec('ping -c 1 ' . $host, $lines); // expect: injection/os-command

        return new JsonResponse($lines);
    }

    #[Route('/lookup/{host}')]
    public function lookup(string $host): JsonResponse
    {
        if (!preg_match('/^[a-z0-9.-]+$/i', $host)) {
            return new JsonResponse([], 400);
        }

        return new JsonResponse(shell_exec("nslookup $host"));
    }

    #[Route('/run/{name}')]
    public function run(string $name): JsonResponse
    {
        return new JsonResponse(shell_exec(self::COMMANDS[$name] ?? 'true'));
    }

    #[Route('/convert')]
    public function convert(Request $request): JsonResponse
    {
        $size = $request->query->getInt('size', 100);
        $process = Process::fromShellCommandline("convert in.png -resize {$size}x{$size} out.png");
        $process->run();
        $this->log($request->query->get('note'));

        return new JsonResponse($process->getOutput());
    }

    private function log(?string $note): void
    {
        system('logger ' . escapeshellarg((string) $note));
        passthru("logger -t web $note"); // expect: injection/os-command
    }
}
