# An essential container's end is the task's: the others get SIGTERM. Another's end is not.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"pair","containerDefinitions":[
  {"name":"main","image":"a","memory":64},{"name":"side","image":"b","memory":64,"essential":false}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"pair","count":2}
| tasks.taskArn tasks.lastStatus
< 200 {
    "tasks": [
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","lastStatus":"PENDING"},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2","lastStatus":"PENDING"}
    ]
  }
@ +2s
! container $task1/side exits 1
! container $task2/main exits 7
@ +20s
> ecs DescribeTasks {"tasks":["$task1","$task2"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason tasks.executionStoppedAt tasks.containers.name tasks.containers.lastStatus tasks.containers.exitCode tasks.containers.reason
< 200 {
    "tasks": [
      {
        "lastStatus": "RUNNING",
        "containers": [
          {"name":"main","lastStatus":"RUNNING"},
          {"name":"side","lastStatus":"STOPPED","exitCode":1}
        ]
      },
      {
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "executionStoppedAt": "+3.014s",
        "containers": [
          {"name":"main","lastStatus":"STOPPED","exitCode":7},
          {"name":"side","lastStatus":"STOPPED","exitCode":143}
        ]
      }
    ]
  }
