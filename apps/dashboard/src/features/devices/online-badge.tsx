import { Badge } from '@mantine/core';

/** Whether a device is connected. */
export function OnlineBadge({ isOnline }: { isOnline: boolean }) {
  return (
    <Badge variant="dot" color={isOnline ? 'teal' : 'gray'}>
      {isOnline ? 'online' : 'offline'}
    </Badge>
  );
}
